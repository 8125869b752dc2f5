import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { quantile, rounded } from '../harness/numbers.js';
import { textTable } from '../harness/text-table.js';
import { kinds, type Kind } from './frames.js';

/** What reading trades of KIS may cost, in times of what it costs to cut the same frames at every `^`. */
const bar = 1.5;

interface Reader {
  read(text: string, receivedAt: number): { readonly kind: string; readonly records?: readonly unknown[] };
}
type BrokerModule = Readonly<Record<string, { readonly live: { reader(environment: 'real'): Reader } }>>;

/** As built: readers of frames are no part of what the client publishes. */
const readerOf = async (broker: Kind['broker']): Promise<Reader> => {
  const place = new URL(`broker/${broker}/index.js`, import.meta.resolve('@hub/client'));
  const made = ((await import(place.href)) as BrokerModule)[broker]?.live.reader('real');
  if (made === undefined) throw new Error(`${broker} has no reader`);
  return made;
};

/** 2026-01-15 10:15:03 KST, as in the frames. */
const receivedAt = Date.UTC(2026, 0, 15, 1, 15, 3);

const framesPerBatch = 1_000;

/** What is left of the work, so that the compiler cannot leave it out. */
let kept = 0;

const nanosecondsOf = (frames: readonly string[], work: (frame: string) => number): number => {
  const startedAt = process.hrtime.bigint();
  for (const frame of frames) kept += work(frame);
  return Number(process.hrtime.bigint() - startedAt) / frames.length;
};

/** Both take turns on the same frames, so that what else the machine does falls on both. */
const measure = async (kind: Kind, { quick, signal }: CommandContext) => {
  const reader = await readerOf(kind.broker);
  const read = (frame: string): number => reader.read(frame, receivedAt).records?.length ?? 0;
  const baseline =
    kind.broker === 'kis'
      ? (frame: string): number => frame.split('^').length
      : (frame: string): number => Object.keys(JSON.parse(frame) as object).length;
  // As from a socket: one flat text each, which the engine has not seen before.
  const frames = Array.from({ length: framesPerBatch }, (_none, index) =>
    Buffer.from(kind.frame(1_420_877 + index * kind.recordsPerFrame)).toString('utf8'),
  );
  const wrong = frames.filter((frame) => read(frame) !== kind.recordsPerFrame).length;
  if (wrong > 0) throw new Error(`${kind.name}: ${String(wrong)} frames are not read whole`);

  const taken = { baseline: [] as number[], read: [] as number[] };
  const rounds = quick ? 60 : 400;
  const warmUp = rounds / 4;
  for (let round = -warmUp; round < rounds && !signal.aborted; round += 1) {
    const timed = { baseline: nanosecondsOf(frames, baseline), read: nanosecondsOf(frames, read) };
    if (round >= 0) {
      taken.baseline.push(timed.baseline);
      taken.read.push(timed.read);
    }
    // So that Ctrl-C and the time limit are heard.
    if (round % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const medians = { baseline: quantile(taken.baseline, 0.5), read: quantile(taken.read, 0.5) };
  return {
    name: kind.name,
    against: kind.broker === 'kis' ? 'split' : 'JSON.parse',
    barred: kind.barred,
    baselineNs: Math.round(medians.baseline),
    readNs: Math.round(medians.read),
    ratio: rounded(medians.read / medians.baseline),
  };
};

const readFrames = async (context: CommandContext): Promise<Figures> => {
  const rows = [];
  for (const kind of kinds) rows.push(await measure(kind, context));
  for (const line of textTable([
    ['frames', 'against', 'its ns', 'read ns', 'ratio'],
    ...rows.map(({ name, against, baselineNs, readNs, ratio }) => [
      name,
      against,
      String(baselineNs),
      String(readNs),
      String(ratio),
    ]),
  ])) {
    context.say(line);
  }
  const worst = Math.max(...rows.filter(({ barred }) => barred).map(({ ratio }) => ratio));
  const ok = worst <= bar && kept > 0;
  context.say(
    `${ok ? '✓' : '✗'} trades of KIS cost ${String(worst)} × cutting them at most; the bar is ${String(bar)}`,
  );
  return { ok, rows, worst, bar };
};

await runCommand({ full: 120_000, quick: 30_000 }, readFrames);
