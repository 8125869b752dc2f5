import { HubError } from '@hub/client';

/** A collector ended before all that it had received was written. */
export class CollectIncomplete extends HubError {
  readonly code = 'HUB_COLLECT_INCOMPLETE';
  readonly remedy = 'Start a writer (`hub serve`) for this store: what reached the queue is written then.';

  constructor(unwritten: number, refused: number) {
    super(`${unwritten} events were received and not confirmed as written, ${refused} were refused by the store`);
  }
}
