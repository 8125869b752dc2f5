import { HubError } from '@hub/client';

/** The baseline of `hub audit` cannot be read, or is something else. Nothing is written. */
export class BaselineInvalid extends HubError {
  readonly code = 'HUB_BASELINE_INVALID';
  readonly remedy = 'Restore it from git, or delete it and run `hub audit --update-baseline`.';
  readonly exitCode = 2;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
  }
}
