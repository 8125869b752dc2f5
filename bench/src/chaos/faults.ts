import type { Draw } from '../harness/drawing.js';

/** What goes wrong, and whom it meets. */
export type Trouble =
  | { readonly kind: 'kill' | 'freeze'; readonly part: number; readonly forMs: number }
  | { readonly kind: 'redis'; readonly role: 'main' | 'gatekeeper' }
  | {
      readonly kind: 'rest';
      readonly fault: 'delay' | 'reset' | '5xx' | 'garble' | 'truncate' | 'html';
      readonly times: number;
    }
  | { readonly kind: 'token' }
  | {
      readonly kind: 'feed';
      readonly how: 'disconnect' | 'silence' | 'garble';
      readonly symbol: number;
      readonly cut: number;
    }
  | { readonly kind: 'disk' };

export interface Step {
  readonly atMs: number;
  readonly trouble: Trouble;
}

const restFaults = ['delay', 'reset', '5xx', 'garble', 'truncate', 'html'] as const;

/** `from` is never empty here. */
const pick = <T>(draw: Draw, from: readonly [T, ...T[]]): T => from[Math.floor(draw() * from.length)] ?? from[0];

const sparedMs = 1_000;

/** How often each comes, of a hundred. */
type Weighed = readonly [number, (draw: Draw, parts: number) => Trouble];
const weights: readonly [Weighed, ...Weighed[]] = [
  [18, (draw, parts) => ({ kind: 'kill', part: Math.floor(draw() * parts), forMs: 0 })],
  [
    14,
    (draw, parts) => ({ kind: 'freeze', part: Math.floor(draw() * parts), forMs: 500 + Math.round(2_500 * draw()) }),
  ],
  [2, (draw) => ({ kind: 'redis', role: pick(draw, ['main', 'main', 'gatekeeper'] as const) })],
  [34, (draw) => ({ kind: 'rest', fault: pick(draw, restFaults), times: 1 + Math.floor(3 * draw()) })],
  [2, () => ({ kind: 'token' })],
  [12, (draw) => ({ kind: 'feed', how: 'garble', symbol: 0, cut: draw() })],
  [10, (draw) => ({ kind: 'feed', how: 'disconnect', symbol: 0, cut: draw() })],
  [8, (draw) => ({ kind: 'feed', how: 'silence', symbol: Math.floor(1_000 * draw()), cut: draw() })],
];
const allWeights = weights.reduce((sum, [weight]) => sum + weight, 0);

const troubleOf = (draw: Draw, parts: number): Trouble => {
  let left = draw() * allWeights;
  const [, make] = weights.find(([weight]) => (left -= weight) < 0) ?? weights[0];
  return make(draw, parts);
};

const sparing = (trouble: Trouble, spared: readonly number[]): Trouble =>
  trouble.kind === 'kill' && spared.includes(trouble.part) ? { ...trouble, kind: 'freeze', forMs: sparedMs } : trouble;

const audible = (trouble: Trouble, mute: boolean): Trouble =>
  trouble.kind === 'feed' && trouble.how === 'silence' && !mute ? { ...trouble, how: 'disconnect' } : trouble;

interface Shape {
  readonly count: number;
  readonly runMs: number;
  /** How many programs there are. */
  readonly parts: number;
  readonly disk: boolean;
  /** Numbers of programs that are frozen instead of killed. */
  readonly spared: readonly number[];
  /** Whether feeds may fall mute. */
  readonly mute: boolean;
}

/** `count` troubles over `runMs`, and a disk that is full once. The same seed gives the same. */
export const scheduleOf = (draw: Draw, { count, runMs, parts, disk, spared, mute }: Shape): Step[] => {
  const steps = Array.from({ length: count }, (_each, index): Step => ({
    atMs: ((index + draw()) / count) * runMs,
    trouble: sparing(audible(troubleOf(draw, parts), mute), spared),
  }));
  const full: Step[] = disk ? [{ atMs: (0.3 + 0.4 * draw()) * runMs, trouble: { kind: 'disk' } }] : [];
  return [...steps, ...full].sort((left, right) => left.atMs - right.atMs);
};
