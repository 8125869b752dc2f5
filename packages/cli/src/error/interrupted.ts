import { HubError } from '@hub/client';

/** Somebody pressed Ctrl-C or sent SIGTERM. What was committed stays. */
export class Interrupted extends HubError {
  readonly code = 'HUB_INTERRUPTED';
  readonly remedy = 'Run the same command again: it fetches only what is missing.';
  readonly exitCode: number;

  constructor(readonly by: 'SIGINT' | 'SIGTERM') {
    super(by === 'SIGINT' ? 'Stopped by Ctrl-C' : 'Stopped by SIGTERM');
    this.exitCode = by === 'SIGINT' ? 130 : 143; // 128 + the number of the signal, as shells count
  }
}
