import { SIGNS } from '../../core/drawing/palette.ts';
import type { JobState } from '../../core/job-views.ts';
import { svg } from './dom.ts';

/** The sign of a state, in its colour. The state is said beside it, so readers of screens do not meet it. */
export function stateSign(state: JobState): SVGSVGElement {
  return svg(
    'svg',
    { class: `state is-${state}`, viewBox: '0 0 12 12', 'aria-hidden': 'true' },
    svg('path', { d: SIGNS[state] }),
  );
}
