import { HubError, type HubErrorJson } from './hub-error.js';

/** The broker refused to issue a token: wrong key, wrong secret, no permission. Repeating cannot help. */
export class TokenRefused extends HubError {
  readonly code = 'HUB_TOKEN_REFUSED';

  constructor(
    /** Empty when the broker gave none. */
    readonly brokerCode: string,
    readonly brokerMessage: string,
    readonly remedy: string,
  ) {
    super(`The broker refused to issue a token: ${`${brokerCode} ${brokerMessage}`.trim()}`);
  }

  override toJSON(): HubErrorJson {
    return { ...super.toJSON(), brokerCode: this.brokerCode, brokerMessage: this.brokerMessage };
  }
}

/** The broker hands back the very token that it rejects ("dead token"): no use in asking again for some hours. */
export class TokenDead extends HubError {
  readonly code = 'HUB_TOKEN_DEAD';
  readonly remedy = 'Use another key until then; do not revoke tokens as a routine.';

  constructor(override readonly retryAfterMs: number) {
    super(
      `The broker hands out a token that it rejects; it makes a new one in ${String(Math.ceil(retryAfterMs / 60_000))} min`,
    );
  }
}

/** A stored token cannot be decrypted with the vault key of this process. */
export class VaultLocked extends HubError {
  readonly code = 'HUB_VAULT_KEY';
  readonly remedy = 'Give every process the same HUB_VAULT_KEY (32 bytes, base64 or hex).';

  constructor(options?: ErrorOptions) {
    super('A stored token cannot be read with the vault key of this process', options);
  }
}
