// What `npm test` runs: every check of the project in one go, quiet while all is well. A step's whole output is shown
// only when it fails. The closing line `N passed, N failed` counts the tests.
//   --only lint,tests   these steps, in their usual order
//   --keep-going        do not stop at the first failed step
import { parseArgs } from 'node:util';
import { Progress } from './verify/progress.mjs';
import { endAll, run } from './verify/run.mjs';
import { stages } from './verify/steps.mjs';
import { emptyCount, testCount } from './verify/test-count.mjs';

const known = stages.flat(2).map((step) => step.name);

const readOptions = () => {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, 'keep-going': { type: 'boolean', default: false } },
  });
  const only = values.only?.split(',') ?? known;
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no step named ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  return { only: new Set(only), keepGoing: values['keep-going'] };
};

const main = async ({ only, keepGoing }) => {
  const started = performance.now();
  const progress = new Progress(process.stdout);
  const failed = [];
  let count = emptyCount;
  let stopped = false;

  /** Steps of a lane run one after the other; lanes of a stage run side by side. */
  const runLane = async (lane) => {
    for (const step of lane) {
      if (stopped || !only.has(step.name)) continue;
      const row = progress.start(step.name);
      const result = await run(step, (line) => row.says(line));
      if (stopped && !keepGoing && result.code !== 0) return; // ended because another step failed
      const tests = step.report === undefined ? undefined : testCount(step.report, result.code);
      if (tests !== undefined) count = { passed: count.passed + tests.passed, failed: count.failed + tests.failed };
      if (result.code === 0) {
        row.succeeded(tests === undefined ? '' : `${tests.passed} passed, `);
      } else {
        failed.push(step.name);
        if (!keepGoing) {
          stopped = true;
          endAll('SIGTERM');
        }
        row.failed(result.output);
      }
    }
  };

  for (const stage of stages) await Promise.all(stage.map(runLane));
  progress.stop();

  const total = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  if (failed.length === 0) console.log(`\nall steps passed in ${total}`);
  else console.log(`\n${failed.join(', ')} failed after ${total}`);
  // No tests, no count: "0 failed" after a failed build would read like good news.
  if (count !== emptyCount) console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exitCode = failed.length === 0 ? 0 : 1;
};

try {
  await main(readOptions());
} catch (error) {
  console.error(`verify: ${error.message}`);
  process.exitCode = 2;
}
