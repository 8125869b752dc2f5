import { HubError } from './hub-error.js';

/** Something in this program went for a broker past the hub. Its stack is that of whoever did. */
export class GuardBlocked extends HubError {
  readonly code = 'HUB_GUARD_BLOCKED';
  readonly remedy =
    'Make the call through the hub (hub.kis.call, hub.kiwoom.call, raw for what they do not list); without keys: createHub({ mode: "service" }).';

  constructor(
    readonly host: string,
    /** What was about to reach it: `net.connect`, `fetch`, `curl` … */
    readonly by: string,
  ) {
    super(`${by} to ${host} goes past the hub: its quota and its token are shared, this call would break both`);
  }
}
