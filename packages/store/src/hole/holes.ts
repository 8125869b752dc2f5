import { listValue, type DuckDBValue } from '@duckdb/node-api';
import { hoursOf, koreanDay, startOfDay, type Calendar, type Hours } from '../calendar/index.js';
import { subtract, type Interval } from '../coverage/index.js';
import { type Database, timestamp, type Venue } from '../database/index.js';

/** What is still missing of a gap on one trading day. Instants: UTC epoch ms. */
export interface Hole {
  readonly gapId: string;
  /** Whose feed broke off; the other broker may tell what is missing as well. */
  readonly broker: 'kis' | 'kiwoom';
  readonly kind: 'trade' | 'book';
  readonly symbol: string;
  readonly venue: Venue;
  /** Korean day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: string;
  /** Shares that are missing, where the cumulative volume tells. */
  readonly missing: number | null;
}

/** Which holes; what is left out is not narrowed. Days are Korean, `YYYY-MM-DD`; both ends belong to the range. */
export interface HoleQuery {
  readonly symbols?: readonly string[];
  readonly kind?: 'trade' | 'book';
  readonly fromDay?: string;
  readonly toDay?: string;
}

interface Ended extends Interval {
  readonly gapId: string;
  readonly broker: Hole['broker'];
  readonly kind: Hole['kind'];
  readonly symbol: string;
  readonly venue: Venue;
  readonly cause: string;
  readonly missing: number | null;
  /** `from-to` of what is closed, in ms. */
  readonly closed: string | null;
}

const conditions = {
  symbols: 'gaps.symbol IN (SELECT unnest($symbols))',
  kind: 'gaps.kind = $kind',
  fromDay: 'gaps.until_at >= $fromDay',
  toDay: 'gaps.since_at < $toDay',
} as const;

const select = (where: readonly string[]): string => `
SELECT gaps.gap_id AS "gapId", gaps.broker, gaps.kind, gaps.symbol, gaps.venue, gaps.cause, gaps.missing::DOUBLE AS missing,
       epoch_ms(gaps.since_at)::DOUBLE AS "fromMs", epoch_ms(gaps.until_at)::DOUBLE AS "toMs",
       string_agg(epoch_ms(recoveries.from_at) || '-' || epoch_ms(recoveries.to_at), ' ') AS closed
FROM gaps LEFT JOIN recoveries USING (gap_id)
WHERE gaps.until_at IS NOT NULL AND ${["gaps.kind IN ('trade', 'book')", ...where].join(' AND ')}
GROUP BY gaps.gap_id, gaps.broker, gaps.kind, gaps.symbol, gaps.venue, gaps.cause, gaps.missing, gaps.since_at, gaps.until_at
HAVING coalesce(bool_or(recoveries.from_at <= gaps.since_at AND recoveries.to_at >= gaps.until_at), FALSE) = FALSE
ORDER BY gaps.since_at, gaps.symbol, gaps.gap_id`;

const dayMs = 86_400_000;
/** The print of the closing auction comes after the close. */
const afterCloseMs = 60_000;

const closedOf = (closed: string | null): Interval[] =>
  (closed ?? '').split(' ').flatMap((text) => {
    const [fromMs, toMs] = text.split('-').map(Number);
    return fromMs === undefined || toMs === undefined ? [] : [{ fromMs, toMs }];
  });

/** What counts for each day of a venue. */
/** By their beginning, symbol and id. */
export const readHoles = async (database: Database, query: HoleQuery, calendar: Calendar): Promise<Hole[]> => {
  const values: Record<string, DuckDBValue> = {
    ...(query.kind && { kind: query.kind }),
    ...(query.symbols && { symbols: listValue([...query.symbols]) }),
    ...(query.fromDay !== undefined && { fromDay: timestamp(startOfDay(query.fromDay)) }),
    ...(query.toDay !== undefined && { toDay: timestamp(startOfDay(query.toDay) + dayMs) }),
  };
  const where = Object.entries(conditions).flatMap(([name, condition]) => (name in values ? [condition] : []));
  const ended = (await database.all(select(where), values)) as unknown as Ended[]; // the columns above are its fields
  const hours = await hoursOfGaps(calendar, ended);
  const { fromDay = '', toDay = '9999-12-31' } = query;
  return ended.flatMap(({ closed, fromMs, toMs, ...gap }) => {
    const left = subtract([{ fromMs, toMs: Math.max(toMs, fromMs + 1) }], closedOf(closed));
    return daysOf({ fromMs, toMs }).flatMap((day): Hole[] => {
      const open = day >= fromDay && day <= toDay ? hours(gap.venue, day) : null;
      if (!open) return [];
      return left.flatMap((part): Hole[] => {
        const from = Math.max(part.fromMs, open.openMs);
        const to = Math.min(part.toMs, open.closeMs + afterCloseMs);
        return from < to ? [{ ...gap, day, fromMs: from, toMs: Math.min(to, Math.max(toMs, from)) }] : [];
      });
    });
  });
};

const daysOf = ({ fromMs, toMs }: Interval): string[] => {
  const days: string[] = [];
  for (let ms = startOfDay(koreanDay(fromMs)); ms <= toMs; ms += dayMs) days.push(koreanDay(ms));
  return days;
};

const hoursOfGaps = async (calendar: Calendar, gaps: readonly Ended[]): Promise<Hours> => {
  const first = gaps[0];
  if (first === undefined) return () => null;
  const lastMs = gaps.reduce((latest, { toMs }) => Math.max(latest, toMs), first.toMs);
  const venues = [...new Set(gaps.map(({ venue }) => venue))];
  return hoursOf(calendar, { venues, fromDay: koreanDay(first.fromMs), toDay: koreanDay(lastMs) });
};
