import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../../bench/dist/chaos-ledger/main.js', import.meta.url));

interface Outcome {
  readonly name: string;
  readonly calls: number;
  readonly breaches: number;
  readonly missed: readonly string[];
}

/** Plays these scenarios with real processes and servers, and tells what came of each. */
const play = async (names: readonly string[]): Promise<readonly Outcome[]> => {
  const args = [command, '--json', '--seed', '7', '--only', names.join(',')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  await once(child, 'close');
  // The figures are the last line that a command of the bench prints.
  const { scenarios } = JSON.parse(out.trim().split('\n').at(-1) ?? '') as { scenarios: readonly Outcome[] };
  return scenarios;
};

/** No breach, and calls went on: scenarios that take long stand side by side. */
describe.concurrent('the quota of four processes at full load, while', () => {
  // What takes minutes (a minute of a frozen server, partitions, storms) is for `npm run chaos:ledger`.
  it.each([
    ['holders are killed and the gatekeeper stands still', ['holder-killed', 'frozen-5']],
    ['the gatekeeper is killed and comes back empty', ['restart-empty']],
  ])('%s', async (_what, names) => {
    for (const outcome of await play(names)) {
      expect(outcome).toMatchObject({ breaches: 0, missed: [] });
      expect(outcome.calls).toBeGreaterThan(20);
    }
  });
});
