import type { ServiceEvent } from '@hub/worker';

import { counted } from '../terminal/numbers.js';

/** What a service tells, as a line; undefined when nobody has to know. */
export const eventLine = (event: ServiceEvent, verbose: boolean): string | undefined => {
  switch (event.kind) {
    case 'window-done':
      return verbose ? `${event.id}: ${counted(event.rows, 'row')}, ${counted(event.calls, 'call')}` : undefined;
    case 'window-failed':
      return verbose ? `${event.id}: ${event.code} ${event.message}` : undefined;
    case 'committed':
      return verbose ? `committed ${event.batchId}: ${counted(event.rows, 'row')}` : undefined;
    case 'dead-letter':
      return `job ${event.id} of queue ${event.queue} was given up: ${event.code}`;
    case 'error':
      return verbose ? `${event.code} ${event.message}` : undefined;
  }
};
