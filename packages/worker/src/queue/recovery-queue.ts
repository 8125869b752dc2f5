import { brokerNames, errors, type BrokerName } from '@hub/client';
import { queuePriority } from '@hub/client/service';

import { WindowLost } from '../error.js';
import type { Connections } from './connection.js';
import { readFailedReason } from './failed-reason.js';
import { queueNames } from './names.js';
import { recoveryReport, type RecoveryPayload, type RecoveryReport } from './recovery-payload.js';
import { JobWatch } from './watch.js';

const attempts = 3;
/** Half a second is much of what a hole may take. */
const lookEveryMs = 250;

/** Parts of gaps on their way to workers, one queue per broker. */
export class RecoveryQueue {
  readonly #watches: Readonly<Record<BrokerName, JobWatch>>;

  constructor(options: {
    readonly connections: Connections;
    readonly prefix: string;
    readonly onError: (error: unknown) => void;
  }) {
    const watch = (broker: BrokerName): JobWatch =>
      new JobWatch({ ...options, name: queueNames.recovery(broker), everyMs: lookEveryMs });
    this.#watches = { kis: watch('kis'), kiwoom: watch('kiwoom') };
  }

  /**
   * Has a broker asked for what is missing. One of the same id that waits or runs is joined; what is left of an earlier one is
   * replaced. Rejects with the failure that the worker met, or with the signal's reason.
   */
  async ask(id: string, payload: RecoveryPayload, signal: AbortSignal): Promise<RecoveryReport> {
    const watch = this.#watches[payload.broker];
    const { queue } = watch;
    const state = await queue.getJobState(id);
    if (state === 'completed' || state === 'failed') await queue.remove(id);
    await queue.add('recovery', payload, {
      jobId: id,
      priority: queuePriority.realtime,
      attempts,
      backoff: { type: 'hub' },
      removeOnComplete: { age: 3_600, count: 5_000 },
      removeOnFail: { age: 86_400, count: 5_000 },
    });
    const outcome = await watch.outcome(id, signal);
    if (outcome.kind === 'completed') return recoveryReport.parse(outcome.value);
    if (outcome.kind === 'gone') throw new WindowLost(id);
    throw new errors.RemoteFailure(readFailedReason(outcome.reason));
  }

  async close(): Promise<void> {
    await Promise.all(brokerNames.map((broker) => this.#watches[broker].close()));
  }
}
