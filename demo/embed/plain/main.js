import { createRunStore, run } from 'somen/web';
import { defineElements } from 'somen/elements';
import { sumOfSquares } from '../workflow.js';

defineElements();
const store = createRunStore();
for (const element of document.querySelectorAll('somen-progress, somen-graph, somen-timeline, somen-log'))
  element.store = store;

async function start() {
  document.querySelector('output').textContent = await run(sumOfSquares(100), { display: store });
}

document.querySelector('button').addEventListener('click', () => void start());
