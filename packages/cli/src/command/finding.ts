/** One thing that the doctor looked at. `warning` does not stop the hub; `problem` does. */
export interface Finding {
  readonly check: string;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly message: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
}

export const fine = (check: string, message: string): Finding => ({ check, level: 'ok', message, remedy: '' });

export const warning = (check: string, message: string, remedy: string): Finding => ({
  check,
  level: 'warning',
  message,
  remedy,
});

export const problem = (check: string, message: string, remedy: string): Finding => ({
  check,
  level: 'problem',
  message,
  remedy,
});
