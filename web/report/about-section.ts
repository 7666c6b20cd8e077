/** Where and how a run was computed. */
import { element } from './element.ts';
import { bytes, moment } from './format.ts';
import type { ShownRun } from './read-runs.ts';
import { list, section } from './section.ts';

/** The part of a page on the machine and versions. */
export function aboutSection({ run }: ShownRun): HTMLElement {
  const { about } = run;
  const { machine = {} } = about;
  const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`);
  return section(
    'about',
    'Machine and versions',
    undefined,
    list([
      ['Program', about.program],
      ['Arguments', about.arguments?.length === 0 ? undefined : about.arguments?.join(' ')],
      ['Began', moment(run.startedAt)],
      ['Ended', moment(run.endedAt)],
      ['Executor', about.executor],
      ['Cache', about.cache],
      ['Profile', about.profile],
      ['Session', about.session],
      ['Platform', about.platform],
      ['Versions', versions.join(', ')],
      ['Host', about.host],
      ['Process', about.pid],
      ['System', machine.system],
      ['Processor', machine.processor],
      ['Cores', machine.cores],
      ['Memory', bytes(machine.memory)],
    ]),
    about.session === undefined &&
      element(
        'p',
        { class: 'intro' },
        'Sizes of values are estimates: buffers count exactly, texts by their characters, numbers 8 bytes each. Cache traffic is what this process read and wrote; workers elsewhere that use the cache themselves are not in it. Times of jobs are those of their workers.',
      ),
  );
}
