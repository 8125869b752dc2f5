import type { SessionParts } from './session.js';

/** Tells of frames of one socket that cannot be read. */
export class BadFrames {
  #count = 0;

  constructor(private readonly parts: Pick<SessionParts, 'account' | 'notify'>) {}

  tell(reason: string): void {
    const { account, notify } = this.parts;
    this.#count += 1;
    // A broker that changes its format changes every frame: the first ones tell enough.
    if (Number.isInteger(Math.log10(this.#count)))
      notify({ kind: 'feed-bad-frame', account, reason, count: this.#count });
  }
}
