import type { Notify } from '../runtime/notice.js';
import type { LedgerEvent } from './contract.js';
import type { StoreMessage } from './store-contract.js';
import { awayPatienceMs } from './cut-off.js';

/** A hold that lasts longer than this is worth a word. */
const noticeableMs = 1_000;

/** What happens to an account, told to the person in front of the screen and to programs that listen. */
export class LedgerNews {
  constructor(
    private readonly account: string,
    private readonly notify: Notify,
    private readonly tell: (event: LedgerEvent) => void,
  ) {}

  /** Nothing is granted for a while: the store may have forgotten what was granted before. */
  hold(forMs: number): void {
    if (forMs <= noticeableMs) return;
    const { account } = this;
    this.notify({ kind: 'ledger-hold', account, forMs });
    this.tell({ kind: 'hold', account, forMs });
  }

  away(): void {
    this.notify({ kind: 'ledger-away', forMs: awayPatienceMs });
    this.tell({ kind: 'away', account: this.account });
  }

  onShare(untilMs: number): void {
    const { account } = this;
    this.notify({ kind: 'ledger-on-share', account, forMs: untilMs });
    this.tell({ kind: 'on-share', account, untilMs });
  }

  back(): void {
    const { account } = this;
    this.notify({ kind: 'ledger-back', account });
    this.tell({ kind: 'back', account });
  }

  narrowed({ budget, limit, told }: Extract<StoreMessage, { kind: 'narrowed' }>): void {
    const news = { account: this.account, budget, limit, told };
    this.notify({ kind: 'ledger-narrowed', ...news });
    this.tell({ kind: 'narrowed', ...news });
  }
}
