import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';

import { HubClosed, LedgerLost } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import type { Neighbourhood } from '../runtime/neighbourhood.js';
import type { Notify } from '../runtime/notice.js';
import type { LedgerEvent, Permit, PermitRequest, Priority, Protocol } from './contract.js';
import type { Beat, BeatReply, Entry, Given, SlotStore } from './store-contract.js';
import { CutOff, shareOffice } from './cut-off.js';
import { HeldStock, type KeptHold } from './held-stock.js';
import type { Lane, LaneHost, PermitKind, Question, Turns } from './lane.js';
import { Lanes } from './lanes.js';
import { LookOut } from './look-out.js';
import { LedgerNews } from './news.js';
import { BookedPermit, type Grant, type PermitOffice } from './permit.js';
import { Returns } from './returns.js';
import { Rhythm } from './rhythm.js';
import { SafeShare } from './safe-share.js';
import { StatedLimits } from './stated-limits.js';
import { Voice } from './voice.js';

/** A trip that takes longer than this is an exception: booking further ahead for it would tie slots up. */
const longestTripMs = 50;

export interface MembershipOptions {
  readonly store: SlotStore;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly protocol: Protocol;
  readonly neighbourhood: Neighbourhood;
  readonly tell: (event: LedgerEvent) => void;
}

/**
 * - `apart`: not heard yet.
 * - `joining`: its first word, or its first one after a loss, is on its way; nothing is granted.
 * - `online`: the store is asked for every grant.
 * - `away`: the store cannot be reached; what there is of a safe share is spent in its time.
 */
type State = 'apart' | 'joining' | 'online' | 'away' | 'closed';

/** This process as a member of one account: it lets itself be heard, asks for its lanes, and goes on its share when cut off. */
export class Membership implements LaneHost, PermitOffice {
  readonly id = randomBytes(5).toString('hex');
  readonly clock: Clock;
  readonly #end = new AbortController();
  readonly #lanes: Lanes;
  readonly #voice: Voice;
  readonly #share: SafeShare;
  readonly #returns: Returns;
  readonly #holds: HeldStock;
  readonly #rhythm: Rhythm;
  readonly #news: LedgerNews;
  readonly #searching: LookOut;
  readonly #limits: StatedLimits;
  #state: State = 'apart';
  #epoch: string | undefined;
  #memoryLost = false;
  #numbers = 0;
  #cutOff: CutOff | undefined;
  #unwatch: (() => void) | undefined;

  constructor(
    readonly account: string,
    private readonly options: MembershipOptions,
  ) {
    const { clock, protocol, store } = options;
    this.clock = clock;
    // Any number of bookings may wait for their start.
    setMaxListeners(0, this.#end.signal);
    this.#lanes = new Lanes(this.id, this);
    this.#voice = new Voice({ account, member: this.id, store, clock, protocol });
    this.#share = new SafeShare(clock, protocol);
    this.#returns = new Returns(account, store, clock);
    this.#holds = new HeldStock(clock, protocol);
    this.#limits = new StatedLimits(clock);
    this.#rhythm = new Rhythm(clock, protocol);
    this.#searching = new LookOut(clock, this.ended);
    this.#news = new LedgerNews(account, options.notify, options.tell);
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  get online(): boolean {
    return this.#state === 'online';
  }

  get tripMs(): number {
    return Math.min(longestTripMs, this.#voice.uncertaintyMs);
  }

  /** The line in which a request of this class waits. Its budgets are known from now on, and the store is joined. */
  line(request: PermitRequest, priority: Priority): Lane {
    this.#limits.use(request.budgets);
    if (this.#state === 'apart') void this.#join();
    // Once the waiter stands in it.
    if (this.#state === 'away') queueMicrotask(() => this.#cutOff?.spend());
    return this.#lanes.of(request, priority);
  }

  keep(hold: KeptHold, leaseMs: number): void {
    this.#holds.keep(hold, leaseMs);
  }

  async release(hold: KeptHold): Promise<void> {
    this.#holds.drop(hold);
    await this.#returns.released({ permitId: hold.permitId, budgets: hold.budgets });
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    const wasOnline = this.online;
    this.#state = 'closed';
    this.#end.abort();
    this.#rhythm.stop();
    this.#cutOff?.pause();
    this.#unwatch?.();
    this.#lanes.failAll(new HubClosed());
    this.#holds.loseAll();
    await this.#returns.flush();
    // Its share goes to the others at once; without this word they wait for the end of its lease.
    if (wasOnline) await this.#beat({ leave: true }).catch(() => undefined);
  }

  numbers(count: number): number {
    const first = this.#numbers;
    this.#numbers += count;
    return first;
  }

  async ask(request: Question): Promise<Turns | undefined> {
    try {
      this.#share.endLease(this.#voice);
      const reply = await this.#voice.ask({ ...request, ...this.#returns.take() });
      if (reply.kind === 'granted') {
        this.#returns.unhurried = reply.ample;
        if (reply.held) this.#news.hold(reply.comeInMs ?? 0);
        return reply;
      }
      if (reply.kind === 'unknown') {
        await this.#joinAnew();
      } else {
        this.#lanes.withKey(request.lane)?.come();
      }
    } catch (error) {
      const { most, first } = request;
      this.#returns.notHeard(Array.from({ length: most }, (_each, index) => this.#given(first + index, request)));
      this.#lose(error);
    }
    return undefined;
  }

  permit(number: number, kind: PermitKind, grant: Grant): Permit {
    return new BookedPermit(this.#given(number, kind), grant, this);
  }

  moved(from: PermitKind, to: PermitKind): void {
    this.#returns.moved(from, to);
  }

  complete(entry: Entry): void {
    this.#returns.answered(entry);
    this.#lanes.answered();
  }

  giveUp(given: Given): void {
    this.#returns.cancel([given]);
  }

  refused({ budgets }: Entry, name: string, told: number | undefined): void {
    const budget = budgets.find((each) => each.name === name);
    if (budget !== undefined) this.#returns.refused(budget, told);
  }

  withdraw(lane: string): void {
    if (this.online) this.#returns.cancel([], lane);
  }

  thatMayTakeFrom(lane: Lane): readonly Lane[] {
    return this.#lanes.thatMayTakeFrom(lane);
  }

  #given(number: number, { budgets, priority, flow }: PermitKind, series = ''): Given {
    return { permitId: `${this.id}.${series}${String(number)}`, budgets, spender: { priority, flow } };
  }

  async #beat(more: Partial<Beat>): Promise<Extract<BeatReply, { kind: 'heard' }> | undefined> {
    this.#share.endLease(this.#voice);
    const reply = await this.#voice.beat({
      host: this.options.neighbourhood.self,
      share: this.#share.part,
      limits: this.#limits.current,
      spent: [],
      holds: this.#holds.entries,
      gone: [],
      leave: false,
      ...more,
    });
    if (reply === undefined) return undefined;
    const { low, high } = this.#share.part;
    this.#rhythm.heard(reply.share.low === low && reply.share.high === high);
    this.#holds.heard(this.#voice.lastHeard?.monotonic ?? 0, reply.lost);
    return reply;
  }

  /** The first word, and the first one after a loss. What was spent meanwhile, and a share of an earlier memory, are handed in. */
  async #join(): Promise<void> {
    if (this.#state === 'closed' || this.#state === 'joining') return;
    const before = this.#state;
    this.#state = 'joining';
    this.#cutOff?.pause();
    try {
      await this.#listen();
      const epoch = await this.options.store.epoch();
      const anew = this.#memoryLost || epoch !== this.#epoch;
      const returned = anew ? this.#share.toReturn(this.#voice) : undefined;
      if (anew) {
        // Given back with this word, whether it is heard or not.
        this.#share.giveUp();
        this.#voice.forgetClock();
      }
      this.#epoch = epoch;
      this.#memoryLost = false;
      const reply = await this.#beat({ ...this.#share.toTell, ...(returned === undefined ? {} : { returned }) });
      this.#share.clear();
      this.#takeShare(reply);
      this.#goOnline(before === 'away');
    } catch (error) {
      if (this.ended.aborted) return;
      this.#state = before;
      this.#cutOff?.resume();
      this.#lose(error);
    }
  }

  async #listen(): Promise<void> {
    if (this.#unwatch !== undefined) return;
    this.#unwatch = await this.options.store.watch(this.account, (message) => {
      if (message.kind === 'come') this.#lanes.withKey(message.lane)?.come();
      else if (message.kind === 'members') this.#rhythm.unsettle();
      else this.#news.narrowed(message);
    });
  }

  #goOnline(wasAway: boolean): void {
    if (this.ended.aborted) return;
    this.#state = 'online';
    this.#cutOff?.pause();
    this.#cutOff = undefined;
    this.#returns.cancelUnheard();
    if (wasAway) this.#news.back();
    this.#scheduleBeat();
    this.#lanes.come();
  }

  #scheduleBeat(): void {
    this.#rhythm.next(() => void this.#regularBeat());
  }

  async #regularBeat(): Promise<void> {
    if (!this.online) return;
    const { part } = this.#share;
    const heardAt = this.#voice.lastHeard?.monotonic ?? -Infinity;
    try {
      if (part.high <= part.low || this.#holds.urgent || this.#rhythm.isDue(heardAt)) await this.#fullBeat();
      this.#scheduleBeat();
    } catch (error) {
      this.#lose(error);
    }
  }

  async #fullBeat(): Promise<void> {
    const reply = await this.#beat({ again: true });
    if (reply === undefined) {
      await this.#joinAnew();
      return;
    }
    this.#takeShare(reply);
    const gone = reply.silent.filter(({ host }) => this.options.neighbourhood.isGone(host)).map(({ member }) => member);
    if (gone.length > 0) this.#takeShare(await this.#beat({ again: true, gone }));
  }

  #takeShare(reply: Extract<BeatReply, { kind: 'heard' }> | undefined): void {
    if (reply !== undefined) this.#share.deal(reply.share, reply.limits);
  }

  /** The store does not know this member: it has lost its memory, or this member was away for too long. */
  async #joinAnew(): Promise<void> {
    this.#memoryLost = true;
    await this.#join();
  }

  /** The store cannot be reached. Whoever has never reached it is told so at once. */
  #lose(error: unknown): void {
    if (this.#state === 'closed' || this.#state === 'joining') return;
    if (this.#epoch === undefined) {
      this.#state = 'apart';
      this.#lanes.failAll(error instanceof Error ? error : new LedgerLost({ cause: error }));
      return;
    }
    if (this.#state !== 'away') {
      this.#state = 'away';
      this.#rhythm.stop();
      this.#cutOff = this.#newCutOff();
      this.#news.away();
      void this.#lookOut();
    }
    this.#cutOff?.spend();
  }

  #newCutOff(): CutOff {
    const office = shareOffice(this, this.#share, {
      online: () => this.online,
      freed: () => this.#cutOff?.spend(),
    });
    return new CutOff({
      clock: this.clock,
      lanes: this.#lanes,
      share: this.#share,
      voice: this.#voice,
      given: (lane) => this.#given(this.numbers(1), lane.kind, 'share.'),
      permit: (entry, grant) => new BookedPermit(entry, grant, office),
      onFirstGrant: (untilMs) => {
        this.#news.onShare(untilMs);
      },
    });
  }

  /** Without a word that the store could take for a sign of life. Somebody else who joins may fail: that does not end it. */
  async #lookOut(): Promise<void> {
    const over = (): boolean => this.#state !== 'away' && this.#state !== 'joining';
    await this.#searching.untilOver(over, async () => {
      await this.options.store.reach();
      await this.#join();
    });
  }
}
