/** A workflow as JSON. */
import { drawableOf } from '../../core/drawing/drawable.ts';

/** What is drawn, for programs: arguments shortened for reading, `null` where another call gives them; states after a run. */
export function graphJson(source: unknown): unknown {
  const jobs = drawableOf(source).jobs.filter(({ part }) => part >= 0);
  return {
    nodes: jobs.map(({ job, name, args, builtIn, state, part, into }) => ({
      id: job,
      name,
      args: args.map((arg) => arg ?? null),
      builtIn,
      ...(state !== undefined && { state, part, into }),
    })),
    edges: jobs.flatMap(({ job, inputs }) =>
      inputs.map((input) => ({ from: input.job, to: job, argument: input.argument })),
    ),
  };
}
