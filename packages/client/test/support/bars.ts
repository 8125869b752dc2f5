import fc from 'fast-check';

/** What was traded in a minute or on a day, before any broker puts it into words. KRW and shares. */
export interface Bar {
  readonly startMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly value: number;
}

const minuteMs = 60_000;
/** 09:00 to 15:19 and the print of the auction at 15:30, in minutes since nine. */
const minutesOfDay = [...Array.from({ length: 380 }, (_none, minute) => minute), 390];

const figures = fc
  .record({
    low: fc.integer({ min: 100, max: 900_000 }),
    // Mid-price trades are off the grid: half ticks.
    spread: fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 }), fc.nat({ max: 20 })),
    half: fc.constantFrom(0, 0.5),
    volume: fc.integer({ min: 1, max: 5_000_000 }),
    value: fc.integer({ min: 0, max: 1_000_000_000_000 }),
  })
  .map(({ low, spread: [first, second, third], half, volume, value }) => {
    const [open, close] = [low + first, low + second + half];
    return { open, close, low, high: Math.max(open, close) + third, volume, value };
  });

/** The bars of one day, ascending, minutes without a trade left out. */
export const bars = (day: string): fc.Arbitrary<Bar[]> =>
  fc.tuple(fc.subarray(minutesOfDay), fc.array(figures, { minLength: 1, maxLength: 20 })).map(([minutes, shapes]) =>
    minutes.map((minute, index) => ({
      startMs: Date.parse(`${day}T09:00:00+09:00`) + minute * minuteMs,
      open: 1,
      high: 1,
      low: 1,
      close: 1,
      volume: 1,
      value: 1,
      ...shapes[index % shapes.length],
    })),
  );

/** The bars of several days, ascending. The first day has one at least, so that a walk can see where it ends. */
export const daysOfBars = (days: readonly string[]): fc.Arbitrary<Bar[]> =>
  fc.tuple(...days.map((day) => bars(day))).map((each) => each.flat());

/** A bar whose figures follow from a number. */
export const barOf = (startMs: number, salt: number): Bar => {
  const low = 1_000 + (salt % 90_000);
  return {
    startMs,
    low,
    open: low + (salt % 7),
    close: low + (salt % 5),
    high: low + 7,
    volume: salt % 11 === 0 ? 0 : 1 + (salt % 10_000_000),
    value: (salt % 1_000_000) * 1_000_000,
  };
};
