/** The clock of this machine, so far off: where a simulated market stands in another time, all its programs do. */
export const marketClock = (offsetMs: number) => ({
  now: (): number => Date.now() + offsetMs,
  monotonic: (): number => performance.now(),
  after: (ms: number, fire: () => void): (() => void) => {
    const timer = setTimeout(fire, ms);
    return () => {
      clearTimeout(timer);
    };
  },
});
