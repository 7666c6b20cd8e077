import { useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { createRunStore, run } from 'somen/web';
import { defineElements } from 'somen/elements';
import { sumOfSquares } from '../workflow.js';

defineElements();
const store = createRunStore();

function App() {
  // A store is what React calls an external store: what the app shows itself, it reads from the same one.
  const { status, summary } = useSyncExternalStore(store.subscribe, store.getSnapshot);
  const [result, setResult] = useState();
  const [chosen, setChosen] = useState();
  const start = async () => setResult(await run(sumOfSquares(100), { display: store }));
  return (
    <>
      <h1>In React</h1>
      <button type="button" disabled={status === 'running'} onClick={() => void start()}>
        Run
      </button>
      <output>{result}</output>
      <p>
        {summary.ran} jobs ran{chosen && `; chosen: ${chosen.name}`}
      </p>
      <somen-progress store={store} />
      <somen-graph store={store} onsomen-select={({ detail }) => setChosen(detail.job)} />
    </>
  );
}

createRoot(document.querySelector('main')).render(<App />);
