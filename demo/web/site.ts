/** What every page of the tutorial does in a browser: cells come to life, the theme can be changed, the site is kept. */
import { defineLiveCode } from './live-code.ts';
import { keepOffline } from './offline.ts';
import { themeButton } from './theme.ts';

themeButton();
defineLiveCode();
keepOffline();
