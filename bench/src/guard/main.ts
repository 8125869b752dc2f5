import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { startChild, type Child } from '../harness/child.js';
import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { quantile, rounded } from '../harness/numbers.js';
import { textTable } from '../harness/text-table.js';
import { kinds, type Block, type Cost, type Kind, type Ready } from './kind.js';

/** What a request that the guard lets through may cost more. */
const mostRatio = 1.03;

const guard = pathToFileURL(createRequire(import.meta.url).resolve('@hub/client/guard')).href;
/** Until the machine code of both is what it stays. */
const warmUps = 10;

const start = async (guarded: boolean, { onExit }: CommandContext): Promise<Child> => {
  const child = startChild(new URL('caller.js', import.meta.url), {}, guarded ? { imports: [guard] } : {});
  onExit(() => child.stop());
  await child.next<Ready>('ready');
  return child;
};

const costOf = async (child: Child, way: Kind, requests: number): Promise<number> => {
  child.send({ kind: 'block', way, requests } satisfies Block);
  return (await child.next<Cost>('cost')).ms;
};

type Measured = Readonly<Record<'ratio' | 'bareMs', number>>;

/** Both processes live at once and take turns of a tenth of a second: what else the machine does falls on both alike. */
const compare = async (
  [bare, guarded]: readonly [Child, Child],
  way: Kind,
  [rounds, requests]: readonly [number, number],
): Promise<Measured> => {
  const ratios: number[] = [];
  const bareMs: number[] = [];
  for (let round = -warmUps; round < rounds; round += 1) {
    const order = round % 2 === 0 ? [bare, guarded] : [guarded, bare];
    const taken = new Map<Child, number>();
    for (const child of order) taken.set(child, await costOf(child, way, requests));
    if (round < 0) continue;
    ratios.push((taken.get(guarded) ?? NaN) / (taken.get(bare) ?? NaN));
    bareMs.push(taken.get(bare) ?? NaN);
  }
  return { ratio: quantile(ratios, 0.5), bareMs: quantile(bareMs, 0.5) };
};

/** Each kind of request with and without the guard; of several pairs of processes, for each has its own luck with its memory. */
const guardCosts = async (context: CommandContext): Promise<Figures> => {
  const { quick, say } = context;
  const [pairs, rounds, requests] = quick ? [2, 20, 50] : [5, 60, 100];
  const measured: Record<Kind, Measured[]> = { kept: [], fresh: [], fetch: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    const both = [await start(false, context), await start(true, context)] as const;
    for (const kind of kinds) measured[kind].push(await compare(both, kind, [rounds, requests]));
    await Promise.all(both.map((child) => child.stop()));
  }
  const medians = kinds.map((kind) => ({
    kind,
    bareMs: rounded(medianOf(measured[kind], 'bareMs'), 4),
    ratio: rounded(medianOf(measured[kind], 'ratio'), 3),
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

const medianOf = (all: readonly Measured[], figure: keyof Measured): number =>
  quantile(
    all.map((each) => each[figure]),
    0.5,
  );

await runCommand({ full: 300_000, quick: 50_000 }, guardCosts);
