import { count, duration } from '../terminal/numbers.js';
import { withClosers, type Closers } from './closers.js';
import type { Context } from './context.js';
import { gapMap, gapStates, gapTable } from './gaps-report.js';
import { checkKnown, type CheckedKnown, type KnownFlags } from './known-request.js';
import { openReader } from './store-reader.js';
import { unlessStopped } from './stop.js';

/** `hub gaps`: what is missing, when, and why. Spends no quota. Returns 1 when something is missing, else 0. */
export const gaps = (context: Context, flags: KnownFlags, leftover: readonly string[]): Promise<number> => {
  const checked = checkKnown('gaps', flags, leftover, context.now());
  return withClosers((closers) => show(context, checked, closers));
};

const show = async (context: Context, { query, ...chosen }: CheckedKnown, closers: Closers): Promise<number> => {
  const { screen, stop, now } = context;
  const reader = await openReader(context, chosen, closers);
  const found = await unlessStopped(reader.gaps({ ...query, states: gapStates }), stop);
  const { total: series, byState } = await unlessStopped(reader.coverage(query, 0), stop);
  const { stretches, total, sessions } = found;
  const missingMs = byState.missing ?? 0;
  const requestedMs = byState.requested ?? 0;
  const whole = missingMs + requestedMs === 0;
  const { fromDay, toDay } = query;
  const days = fromDay === toDay ? fromDay : `${fromDay} to ${toDay}`;
  screen.emit({
    ok: whole,
    from: fromDay,
    to: toDay,
    series,
    missingMs,
    requestedMs,
    gaps: stretches,
    more: total - stretches.length,
  });
  if (sessions.length === 0) {
    screen.say(
      `${days}: no session has begun, or the trading calendar does not know the days; nothing can be missing.`,
    );
    return 0;
  }
  if (stretches.length > 0) {
    for (const line of gapTable(stretches, total)) screen.say(line);
    screen.say();
    for (const line of gapMap(stretches, sessions, { untilMs: now(), colours: screen.colours })) screen.say(line);
    screen.say();
  }
  if (series === 0) {
    screen.say(`${days}: nothing is known by now in ${reader.name}; name --symbols to see what they lack.`);
    return 0;
  }
  const filling = requestedMs > 0 ? `, ${duration(requestedMs)} being filled` : '';
  screen.say(
    whole
      ? `${days}: nothing is missing of ${count(series)} series in ${reader.name}${total > 0 ? ' that can still be had' : ''}.`
      : `${days}: ${duration(missingMs)} missing${filling}, of ${count(series)} series together in ${reader.name}.`,
  );
  return whole ? 0 : 1;
};
