import { HubError } from '@hub/client';

/** A window that could not be fetched or stored, with the reason. */
export interface FailedWindow {
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Some windows failed; the others are stored. When all failed for one reason, code and remedy are those of that reason.
 */
export class BackfillIncomplete extends HubError {
  readonly code: `HUB_${string}`;
  readonly remedy: string;

  constructor(failed: readonly FailedWindow[], windows: number, untried = 0) {
    const reasons = [...new Set(failed.map(({ code }) => code))];
    const [first] = failed;
    const alike = reasons.length === 1 && first !== undefined && isHubCode(first.code);
    const rest = untried === 0 ? '' : `, ${untried} not tried`;
    const share = `${failed.length} of ${windows} windows failed${rest}`;
    super(alike ? `${messages(failed)} (${share})` : `${share}: ${tally(failed, reasons)}`);
    this.code = alike && isHubCode(first.code) ? first.code : 'HUB_BACKFILL_INCOMPLETE';
    this.remedy = alike ? first.remedy : 'Run the same command again: it fetches only what is missing.';
  }
}

const isHubCode = (code: string): code is `HUB_${string}` => code.startsWith('HUB_');

const tally = (failed: readonly FailedWindow[], reasons: readonly string[]): string =>
  reasons.map((reason) => `${reason} ×${failed.filter(({ code }) => code === reason).length}`).join(', ');

const shown = 3; // the rest is in the JSON

const messages = (failed: readonly FailedWindow[]): string => {
  const different = [...new Set(failed.map(({ message }) => message))];
  const more = different.length > shown ? [`and ${different.length - shown} more`] : [];
  return [...different.slice(0, shown), ...more].join('; ');
};
