/** `somen/elements/define`: makes the elements known to the page when it is imported. */
import { defineElements } from './define-elements.ts';

defineElements();
