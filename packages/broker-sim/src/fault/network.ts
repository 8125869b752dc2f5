/** One-way and think times of one call, in ms. */
export interface Delays {
  readonly requestMs: number;
  readonly thinkMs: number;
  readonly responseMs: number;
}

/**
 * A network of your own: mean times in ms, drawn from an exponential distribution above `floorShare` of the mean.
 * `floorShare` 1 = always the mean, 0 = a long tail from zero on.
 */
export interface NetworkShape {
  /** The way there. */
  readonly requestMs: number;
  /** At the broker. */
  readonly thinkMs: number;
  /** The way back. */
  readonly responseMs: number;
  /** 0 to 1. */
  readonly floorShare: number;
  /** No single delay is longer than this (ms). */
  readonly capMs: number;
}

/** `none`: no delay. `calm`: a good line, some 7 ms in all. `jittery`: 40 ms on average, long enough now and then to reorder neighbours. */
export type NetworkName = 'none' | 'calm' | 'jittery';

export const networks = {
  none: { requestMs: 0, thinkMs: 0, responseMs: 0, floorShare: 1, capMs: 0 },
  // A good line to the broker's data centre.
  calm: { requestMs: 2, thinkMs: 3, responseMs: 2, floorShare: 0.8, capMs: 50 },
  // 40 ms there and back on average, with a tail long enough to reorder neighbours.
  jittery: { requestMs: 17, thinkMs: 6, responseMs: 17, floorShare: 0.25, capMs: 400 },
} as const satisfies Record<NetworkName, NetworkShape>;

export type DrawDelays = () => Delays;

/** Draws the delays of call after call; the same random stream gives the same delays. */
export const createNetwork = (shape: NetworkShape, random: () => number): DrawDelays => {
  const draw = (mean: number): number => {
    const floor = mean * shape.floorShare;
    return Math.min(shape.capMs, floor - (mean - floor) * Math.log(1 - random()));
  };
  return () => ({ requestMs: draw(shape.requestMs), thinkMs: draw(shape.thinkMs), responseMs: draw(shape.responseMs) });
};
