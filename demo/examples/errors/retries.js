import { run, schedule } from 'somen/web';

// A service that answers when it likes.
const ask = schedule(
  async function ask(question) {
    if (Math.random() < 0.6)
      throw new Error('The line is busy');
    return `${question} Yes.`;
  },
  {
    retries: { count: 40, delay: 200, factor: 1 },
    store: false,
  },
);

export const answer = await run(ask('Are you there?')); // 'Are you there? Yes.'
