/** Errors as they are shown: message, place, stack, and what led to them. */
import type { ErrorView } from '../../core/error-view.ts';
import { element } from './element.ts';
import { errorPlace, errorText } from './job-text.ts';

/** An error with its causes. */
export function errorBlock(error: ErrorView): HTMLElement {
  const place = errorPlace(error);
  const inner = error.errors.map((each) => element('li', {}, errorBlock(each)));
  return element(
    'div',
    { class: 'error' },
    element('p', { class: 'message' }, errorText(error)),
    place !== undefined && element('p', { class: 'place' }, 'at ', element('code', {}, place)),
    error.stack !== undefined &&
      element(
        'details',
        {},
        element('summary', {}, 'Stack'),
        element('pre', { tabindex: 0, 'aria-label': `Stack of ${error.name}`, role: 'region' }, error.stack),
      ),
    inner.length > 0 && element('ul', {}, ...inner),
    error.cause !== undefined &&
      element('div', { class: 'cause' }, element('p', {}, 'caused by'), errorBlock(error.cause)),
  );
}
