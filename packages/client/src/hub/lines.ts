import type { BrokerName } from '../broker/contract.js';
import type { Realtime } from '../realtime/realtime.js';
import type { Admitted, AskedCall } from '../service/admission.js';
import type { QuotaLine } from './quota-line.js';
import type { Perform } from './broker-calls.js';

/** How the calls of a hub travel: made in this process, or by way of a queue. */
export interface Lines {
  readonly mode: 'direct' | 'service';
  /** Whose calls can be made. The first one is asked where the caller does not say whom. */
  readonly brokers: readonly BrokerName[];
  /** Whose share calls spend that do not say it themselves: a label, or a token in service mode. */
  readonly caller: string | undefined;
  /** Parameters that need not be given, because whoever makes the call (by the key that is named) knows them. */
  filled(broker: BrokerName, keyId?: string): readonly string[];
  /** Where calls go; undefined where this process does not know. */
  place(broker: BrokerName): { readonly environment: 'real' | 'paper'; readonly origin: string } | undefined;
  perform(broker: BrokerName): Perform;
  /** Undefined: there is no way to the gatekeeper. */
  readonly quota: QuotaLine | undefined;
  /** Whether the caller of a call that came by queue may make it. Throws HUB_CALLER_REFUSED. */
  admit(call: AskedCall): Admitted;
  readonly realtime: Realtime;
  /** Ends waiting calls with HUB_ABORTED or HUB_CLOSED and closes every timer and socket. */
  close(): Promise<void>;
}
