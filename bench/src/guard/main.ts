import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { withoutSettings } from '../harness/hub-process.js';
import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { quantile, rounded } from '../harness/numbers.js';
import { textTable } from '../harness/text-table.js';
import { kinds, type Costs, type Kind } from './kind.js';

/** What a request that the guard lets through may cost more. */
const mostRatio = 1.03;

const guard = pathToFileURL(createRequire(import.meta.url).resolve('@hub/client/guard')).href;
const caller = fileURLToPath(new URL('caller.js', import.meta.url));
const run = promisify(execFile);

const costsOf = async (guarded: boolean, requests: number, signal: AbortSignal): Promise<Costs> => {
  const args = [...(guarded ? ['--import', guard] : []), caller, String(requests)];
  const { stdout } = await run(process.execPath, args, { env: withoutSettings(process.env), signal });
  return JSON.parse(stdout) as Costs; // printed by caller.ts
};

/** Each kind of request with and without the guard, in processes that take turns. */
const guardCosts = async ({ quick, say, signal }: CommandContext): Promise<Figures> => {
  const [pairs, requests] = quick ? [3, 200] : [15, 1_500];
  const ratios: Record<Kind, number[]> = { kept: [], fresh: [], fetch: [] };
  const usual: Record<Kind, number[]> = { kept: [], fresh: [], fetch: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    const order = pair % 2 === 0 ? [false, true] : [true, false];
    const taken: Partial<Record<'with' | 'without', Costs>> = {};
    for (const guarded of order) taken[guarded ? 'with' : 'without'] = await costsOf(guarded, requests, signal);
    for (const kind of kinds) {
      const [guardedMs = NaN, bareMs = NaN] = [taken.with?.[kind], taken.without?.[kind]];
      ratios[kind].push(guardedMs / bareMs);
      usual[kind].push(bareMs);
    }
  }
  const medians = kinds.map((kind) => ({
    kind,
    bareMs: rounded(quantile(usual[kind], 0.5), 4),
    ratio: rounded(quantile(ratios[kind], 0.5), 3),
  }));
  const rows = medians.map(({ kind, bareMs, ratio }) => [kind, bareMs.toFixed(4), ratio.toFixed(3)]);
  say(['', ...textTable([['request', 'CPU ms without', 'with the guard, times'], ...rows]), ''].join('\n'));
  const bars = medians.map(({ kind, ratio }) => ({
    bar: `${kind}: ${String(ratio)} times the CPU with the guard (at most ${String(mostRatio)})`,
    met: ratio <= mostRatio,
  }));
  for (const { bar, met } of bars) say(`${met ? '✓' : '✗'} ${bar}`);
  return { ok: bars.every(({ met }) => met), node: process.version, medians };
};

await runCommand({ full: 300_000, quick: 50_000 }, guardCosts);
