import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const command = fileURLToPath(new URL('../../bench/dist/chaos/main.js', import.meta.url));

/** Ten minutes of five seeds are played every night (.github/workflows/nightly.yml). */
it('a trading day with kills, garbled frames and broken answers ends with the truth in the store', async () => {
  const args = [command, '--json', '--quick', '--seed', '5'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  await once(child, 'close');
  // The figures are the last line that a command of the bench prints.
  const figures = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(figures).toMatchObject({
    ticks: { missing: 0, wrong: 0, doubled: 0 },
    bars: { '1m': { mismatches: 0 }, '1d': { mismatches: 0 } },
    examples: [],
    breaches: { kis: 0, kiwoom: 0 },
    holes: 0,
    ok: true,
  });
});
