import { koreanDay, startOfDay } from '@hub/store';

const minuteMs = 60_000;
const dayMs = 86_400_000;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * The KST day on which the window has opened that `nowMs` (UTC epoch ms) is in; undefined outside. From 18:00 to 06:00 belongs
 * to the day of its evening. The end is not part of it.
 */
export const nightOf = (
  { from, to }: { readonly from: string; readonly to: string },
  nowMs: number,
): string | undefined => {
  const today = koreanDay(nowMs);
  const minute = (nowMs - startOfDay(today)) / minuteMs;
  const [opens, closes] = [minutesOf(from), minutesOf(to)];
  if (opens < closes) return minute >= opens && minute < closes ? today : undefined;
  if (minute >= opens) return today;
  return minute < closes ? koreanDay(startOfDay(today) - dayMs) : undefined;
};
