import type { GapEvent, RealtimeEvent, StatusEvent } from '../contract.js';

/** What still holds of events that nobody was told of: as a newcomer finds it. */
export class Held {
  readonly #states = new Map<string, StatusEvent>();
  readonly #gaps = new Map<string, GapEvent>();

  see(event: RealtimeEvent): void {
    if (event.kind === 'status') this.#states.set(feedOf(event), event);
    else if (event.kind === 'gap' && event.untilMs === null) this.#gaps.set(event.id, event);
    else if (event.kind === 'gap') this.#gaps.delete(event.id);
  }

  /** The last state of each feed, and the gaps that are open. */
  get events(): readonly RealtimeEvent[] {
    return [...this.#states.values(), ...this.#gaps.values()];
  }
}

const feedOf = ({ broker, of, venue, symbol }: StatusEvent): string => `${broker} ${of} ${venue} ${symbol}`;
