import { HubError } from '@hub/client';

/** One thing that is wrong with a command line or its settings. */
export interface Problem {
  readonly code: `HUB_${string}`;
  readonly message: string;
  readonly remedy: string;
}

/**
 * The command line or the settings are wrong. Lists every problem; raised before anything is opened. Problems of one
 * kind keep their code; a mixture is HUB_USAGE.
 */
export class UsageInvalid extends HubError {
  readonly code: `HUB_${string}`;
  readonly remedy: string;
  readonly exitCode = 2;

  constructor(readonly problems: readonly Problem[]) {
    super([...new Set(problems.map(({ message }) => message))].join('; '));
    const codes = [...new Set(problems.map(({ code }) => code))];
    this.code = codes.length === 1 ? (codes[0] ?? 'HUB_USAGE') : 'HUB_USAGE';
    this.remedy = [...new Set(problems.map(({ remedy }) => remedy))].join(' ');
  }
}

/** The command line is wrong in one place. */
export const wrongUsage = (message: string, remedy: string): UsageInvalid =>
  new UsageInvalid([{ code: 'HUB_USAGE', message, remedy }]);
