import type { CalendarEvent, ServiceEvent } from '@hub/worker';

import { counted } from '../terminal/numbers.js';
import { holeLine } from './hole-line.js';
import { disagreementLine } from './calendar-file.js';

const isWindowQueue = (queue: string): boolean => /^(bulk|recovery)-/.test(queue);

/** What a service tells, as a line; undefined when nobody has to know. */
export const eventLine = (event: ServiceEvent, verbose: boolean): string | undefined => {
  switch (event.kind) {
    case 'window-done':
      return verbose ? `${event.id}: ${counted(event.rows, 'row')}, ${counted(event.calls, 'call')}` : undefined;
    case 'window-failed':
      return `${event.id} failed at ${event.broker}: ${event.code} ${event.message}`;
    case 'committed':
      return verbose ? `committed ${event.batchId}: ${counted(event.rows, 'row')}` : undefined;
    case 'dead-letter':
      // A window that failed has been told of in its own words.
      return verbose || !isWindowQueue(event.queue)
        ? `job ${event.id} of queue ${event.queue} was given up: ${event.code}`
        : undefined;
    case 'caller-refused':
      return `HUB_CALLER_REFUSED ${event.message}`;
    case 'hole-found':
    case 'hole-ended':
    case 'hole-failed':
    case 'day-closed':
    case 'feed-escalated':
    case 'feed-unmuted':
      return holeLine(event, verbose);
    case 'error':
      return verbose ? `${event.code} ${event.message}` : undefined;
  }
};

/** What the keeper of the calendar tells, as a line; undefined when nobody has to know. */
export const calendarLine = (event: CalendarEvent, verbose: boolean): string | undefined => {
  switch (event.kind) {
    case 'calendar-refreshed':
      return verbose ? `calendar: KIS told trading days up to ${event.lastDay}` : undefined;
    case 'calendar-disagreement':
      return disagreementLine(event);
    case 'error':
      return `calendar: not refreshed, ${event.code} ${event.message}; what is known stays`;
  }
};
