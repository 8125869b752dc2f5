import { koreanDay, venues, type CalendarDay, type OverrideDay, type Store, type Venue } from '@hub/store';

/** Sources that say different things of a day, and which of them counts. */
export interface CalendarDisagreement {
  /** Where it is so. */
  readonly venues: readonly Venue[];
  /** Korean day, `YYYY-MM-DD`. */
  readonly day: string;
  /** What counts: `closed` or `open 09:00-15:30` (Korean time), and who said so. */
  readonly counts: string;
  /** What the others say, in the same words. */
  readonly others: readonly string[];
}

const wall = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 16);

const inWords = ({ state, hours, source }: Pick<CalendarDay, 'state' | 'hours' | 'source'>): string => {
  const when = hours === null ? '' : ` ${wall(hours.openMs)}-${wall(hours.closeMs)}`;
  return `${state}${when}, by ${source}`;
};

/** The days among these of which sources say different things; venues of which the same is said stand together. */
export const disagreementsOf = (days: readonly CalendarDay[]): CalendarDisagreement[] => {
  const found = new Map<string, CalendarDisagreement>();
  for (const each of days) {
    if (each.disagreements.length === 0) continue;
    const counts = inWords(each);
    const others = each.disagreements.map(inWords);
    const key = [each.day, counts, ...others].join('|');
    const before = found.get(key)?.venues ?? [];
    found.set(key, { venues: [...before, each.venue], day: each.day, counts, others });
  }
  return [...found.values()];
};

const dayMs = 86_400_000;
/** What a broker tells reaches some 24 days ahead; what it told a while ago may be asked for in these days. */
const backMs = 30 * dayMs;
const aheadMs = 60 * dayMs;

/**
 * Of the days around now, and of those that the user's own calendar names. Spends no quota. Rejects with HUB_STORE_CLOSED.
 */
export const calendarDisagreements = async (
  store: Pick<Store, 'calendar'>,
  overrides: readonly OverrideDay[] = [],
  now = Date.now(),
): Promise<CalendarDisagreement[]> => {
  const fromDay = koreanDay(now - backMs);
  const toDay = koreanDay(now + aheadMs);
  const around = await Promise.all(venues.map((venue) => store.calendar({ venue, fromDay, toDay })));
  const named = await Promise.all(
    overrides
      .filter(({ day }) => day < fromDay || day > toDay)
      .map(({ venue, day }) => store.calendar({ venue, fromDay: day, toDay: day })),
  );
  return disagreementsOf([...around, ...named].flat());
};
