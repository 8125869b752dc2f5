/** How often a worker says that it is there. */
export const attendEveryMs = 2_000;

/** One that has said nothing for so long is not there: two words may be lost. */
export const thereForMs = 6_000;

/** How long it is remembered that somebody was there. */
export const attendanceLastsMs = 60_000;

/** How long calls wait for a worker when one was there before: the time of a restart. */
const restartGraceMs = 15_000;

/** How long they wait when nobody has been there within living memory: for one that starts together with its callers. */
const firstGraceMs = 5_000;

/** Whoever places an order wants to know soon that it is not on its way. */
const orderGraceMs = 5_000;

/** When workers of a broker were last there, in ms before now; undefined: not within living memory. */
export interface Attendance {
  readonly there: number | undefined;
  /** Also counts one that has said goodbye. */
  readonly seen: number | undefined;
}

/** Somebody has lately said that the calls of the broker are taken; also while nobody has looked yet. */
export const isAttended = (attendance: Attendance | undefined): boolean =>
  attendance === undefined || (attendance.there !== undefined && attendance.there < thereForMs);

/** Whether a call that has waited so long need not wait any more. */
export const isDeserted = (attendance: Attendance, waitedMs: number, order: boolean): boolean => {
  const { seen } = attendance;
  if (isAttended(attendance)) return false;
  // A worker that was killed is missed only after its last word has grown old.
  if (order) return waitedMs >= orderGraceMs;
  if (seen === undefined) return waitedMs >= firstGraceMs;
  return waitedMs >= firstGraceMs && seen >= restartGraceMs;
};
