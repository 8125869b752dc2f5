import { readFileSync } from 'node:fs';

import { startOfDay, venues, type OverrideDay } from '@hub/store';
import { z } from 'zod';

import { CalendarInvalid } from '../error.js';

const isDay = (text: string): boolean => {
  try {
    startOfDay(text);
    return true;
  } catch {
    return false;
  }
};

const wallClock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time: give HH:MM, Korean time');

const entry = z
  .strictObject({
    day: z.string('is missing: give YYYY-MM-DD').refine(isDay, 'is no day: give YYYY-MM-DD'),
    venue: z.enum(venues, `is unknown: give ${venues.join(', ')}, or leave it out for all of them`).optional(),
    state: z.enum(['open', 'closed'], 'is unknown: give open or closed'),
    open: wallClock.optional(),
    close: wallClock.optional(),
    reason: z.string('is missing: say why, for whoever reads it later').min(1, 'is empty: say why'),
  })
  .superRefine(({ state, open, close }, context) => {
    const complain = (field: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [field], message });
    };
    if (state === 'closed' && (open ?? close) !== undefined) {
      complain(open === undefined ? 'close' : 'open', 'stands at a closed day: leave it out');
    } else if ((open === undefined) !== (close === undefined)) {
      complain(open === undefined ? 'open' : 'close', 'is missing: give both hours, or none');
    } else if (open !== undefined && close !== undefined && open >= close) {
      complain('close', `is not after open (${open})`);
    }
  });

type Entry = z.output<typeof entry>;

/** The line on which each entry of a list begins, counted from 1. The text is sound JSON. */
const linesOfEntries = (text: string): number[] => {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charAt(index);
    if (letter === '\n') line++;
    else if (inString && letter === '\\') index++;
    else if (letter === '"') inString = !inString;
    else if (!inString && (letter === '{' || letter === '[')) {
      if (depth === 1) lines.push(line);
      depth++;
    } else if (!inString && (letter === '}' || letter === ']')) depth--;
  }
  return lines;
};

const faultOf = (text: string): { readonly at: number | undefined; readonly cut: boolean } | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const place = /position (\d+)/.exec(message)?.[1];
    const at = place === undefined ? undefined : Number(place);
    return { at, cut: at === text.length || /end of JSON input|Unterminated string/.test(message) };
  }
};

/** V8 does not always say where it stopped; but what is wrong is wrong as soon as the line with it is read. */
const lineOfFault = (text: string): number => {
  const lines = text.split('\n');
  for (let count = 1; count <= lines.length; count++) {
    const fault = faultOf(lines.slice(0, count).join('\n'));
    if (fault !== undefined && !fault.cut)
      return fault.at === undefined ? count : text.slice(0, fault.at).split('\n').length;
  }
  return lines.length; // it ends too early
};

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new CalendarInvalid(path, [`cannot be read (${why})`], { cause });
  }
};

const parse = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CalendarInvalid(path, [`line ${lineOfFault(text)}: is no JSON`], { cause });
  }
};

const at = (day: string, time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return startOfDay(day) + (hours * 60 + minutes) * 60_000;
};

const daysOf = ({ day, venue, state, open, close, reason }: Entry, source: string): OverrideDay[] => {
  const told = open !== undefined && close !== undefined;
  const hours = told ? { openMs: at(day, open), closeMs: at(day, close) } : { openMs: null, closeMs: null };
  return (venue === undefined ? venues : [venue]).map((each) => ({
    venue: each,
    day,
    state,
    ...hours,
    source,
    reason,
  }));
};

const flawsOf = ({ issues }: z.ZodError): string[] =>
  issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${key} is unknown`)
      : [[...issue.path.map(String), issue.message].join(' ')],
  );

/**
 * The user's own calendar: a JSON list of `{ day, venue, state, open, close, reason }`. Days and hours are Korean, `YYYY-MM-DD`
 * and `HH:MM`; without `venue` a day is meant at all of them, without hours the usual ones are. Throws
 * HUB_CALENDAR_INVALID, which names line and field of every flaw.
 */
export const readCalendarFile = (path: string): OverrideDay[] => {
  const text = read(path);
  const parsed = parse(path, text);
  if (!Array.isArray(parsed)) throw new CalendarInvalid(path, ['line 1: is no list of days']);
  // Of numbers and words between the entries the lines cannot be told this way; then the count does.
  const lines = parsed.every((each) => typeof each === 'object' && each !== null) ? linesOfEntries(text) : [];
  const place = (index: number): string => (lines[index] === undefined ? `entry ${index + 1}` : `line ${lines[index]}`);
  const flaws: string[] = [];
  const seen = new Map<string, number>();
  const days = parsed.flatMap((each, index): OverrideDay[] => {
    const checked = entry.safeParse(each);
    if (!checked.success) {
      flaws.push(...flawsOf(checked.error).map((flaw) => `${place(index)}: ${flaw}`));
      return [];
    }
    const found = daysOf(checked.data, path);
    for (const { venue, day } of found) {
      const earlier = seen.get(`${venue} ${day}`);
      if (earlier !== undefined)
        flaws.push(`${place(index)}: day ${day} of ${venue} stands at ${place(earlier)} already`);
      seen.set(`${venue} ${day}`, index);
    }
    return found;
  });
  if (flaws.length > 0) throw new CalendarInvalid(path, flaws);
  return days;
};
