/** The clock of the system, some time off: as a hub takes it. */
export const clockOff = (offsetMs: number) => ({
  now: (): number => Date.now() + offsetMs,
  monotonic: (): number => performance.now(),
  after: (ms: number, fire: () => void): (() => void) => {
    const timer = setTimeout(fire, ms);
    return () => {
      clearTimeout(timer);
    };
  },
});
