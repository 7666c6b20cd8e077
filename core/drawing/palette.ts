/** The colours of drawings, for light and dark surroundings. Text on its box has a contrast of at least 4.5, signs of at least 3. */
import type { JobState } from '../job-views.ts';

/** What has a colour: surroundings, and states. */
export type ColorName = 'surface' | 'box' | 'text' | 'muted' | 'line' | 'border' | JobState;

/** Colours for light surroundings. */
export const LIGHT: Readonly<Record<ColorName, string>> = {
  surface: '#ffffff',
  box: '#f6f7f9',
  text: '#1b1f24',
  muted: '#57606a',
  line: '#8c959f',
  border: '#c4cad1',
  waiting: '#6e7781',
  running: '#0a66d0',
  retrying: '#b35900',
  done: '#177a36',
  retrieved: '#0f7a80',
  attached: '#4b6a88',
  expanded: '#7a46c9',
  skipped: '#7b838c',
  failed: '#cf222e',
  aborted: '#8d5a2b',
};

/** Colours for dark surroundings. */
export const DARK: Readonly<Record<ColorName, string>> = {
  surface: '#14171c',
  box: '#1f242b',
  text: '#e8ebef',
  muted: '#a4adb8',
  line: '#7d8793',
  border: '#454d57',
  waiting: '#929ca8',
  running: '#58a6ff',
  retrying: '#f0a04b',
  done: '#4ac26b',
  retrieved: '#39c5cf',
  attached: '#8fb4d8',
  expanded: '#b794f6',
  skipped: '#8b949e',
  failed: '#ff6b6b',
  aborted: '#d0a070',
};

/** A sign for each state, in a square of 12 by 12: no state is told by its colour alone. They are lines, 1.8 wide. */
export const SIGNS: Readonly<Record<JobState, string>> = {
  waiting: 'M6 1.5a4.5 4.5 0 1 0 .01 0Z',
  running: 'M3 1.5L10.5 6L3 10.5Z',
  retrying: 'M10.5 6a4.5 4.5 0 1 1 -1.6 -3.4M10.6 0.8V3.6H7.8',
  done: 'M1.5 6.5L4.8 9.8L10.8 2.4',
  retrieved: 'M6 1V7.5M3 5L6 8L9 5M1.5 11H10.5',
  attached: 'M2 4H10M2 8H10',
  expanded: 'M1.5 1.5H10.5V10.5H1.5ZM6 4V8M4 6H8',
  skipped: 'M2 6H10',
  failed: 'M2 2L10 10M10 2L2 10',
  aborted: 'M2 2H10V10H2Z',
};
