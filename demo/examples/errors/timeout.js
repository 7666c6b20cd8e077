// fails with: search
import { run, schedule } from 'somen/web';

const search = schedule(
  function search() {
    for (;;);
  },
  { timeout: 500 },
);

export const found = await run(search());
