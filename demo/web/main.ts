/** Starts the page. */
import { showDiamond } from './diamond.ts';
import { showPrimes } from './primes.ts';

showDiamond();
showPrimes();
