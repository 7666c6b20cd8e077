/** What tests of launchers have in common. */
import type { Launcher, PilotState, SubmittedPilot } from 'somen/node';
import { eventually } from '../../../support/eventually.ts';

/** Waits until all pilots are in a state. */
export async function untilAll(
  launcher: Launcher,
  pilots: readonly SubmittedPilot[],
  state: PilotState,
): Promise<void> {
  const ids = pilots.map(({ id }) => id);
  await eventually(`${ids.join(', ')} are ${state}`, async () => {
    const states = await launcher.status(ids);
    return ids.every((id) => (states.get(id) ?? 'ended') === state);
  });
}

/** What comes out of a pilot until it ends. */
export async function outputOf({ stream }: SubmittedPilot): Promise<string> {
  if (stream === undefined) throw new Error('Cannot read: the launcher gave no stream');
  let text = '';
  for await (const chunk of stream.input) text += String(chunk);
  return text;
}
