/** Exit code of a command that was told wrong things: options, dates, settings. Nothing was opened. */
export const usageExit = 2;
export const failureExit = 1;

const usageCodes = ['HUB_USAGE', 'HUB_CONFIG'];

/** A failure as every channel shows it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly exitCode: number;
}

const internal = {
  code: 'HUB_INTERNAL',
  remedy: 'Run it again with --verbose and report what it prints.',
} as const;

const textField = (error: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Any thrown value → code, message, remedy, exit code. What carries no code of ours is HUB_INTERNAL. */
export const failureOf = (error: unknown): Failure => {
  const thrown = typeof error === 'object' && error !== null ? error : { message: String(error) };
  const message = (textField(thrown, 'message') ?? 'no message').replace(/^\[hub\] /, '');
  const code = textField(thrown, 'code');
  if (code?.startsWith('HUB_') !== true) return { ...internal, message, exitCode: failureExit };
  const told: unknown = Reflect.get(thrown, 'exitCode');
  const exitCode = typeof told === 'number' ? told : usageCodes.includes(code) ? usageExit : failureExit;
  return { code, message, remedy: textField(thrown, 'remedy') ?? internal.remedy, exitCode };
};

/** `CODE message → remedy`, whatever line breaks the parts had. */
export const errorLine = ({ code, message, remedy }: Failure): string =>
  `${code} ${message} → ${remedy}`.replace(/\s*[\r\n]+\s*/g, ' ');

/** Stack and causes, for --verbose. */
export const errorDetail = (error: unknown): string[] => {
  if (!(error instanceof Error)) return [];
  const stack = (error.stack ?? error.message).split('\n');
  const [first = '', ...rest] = errorDetail(error.cause);
  return first === '' ? stack : [...stack, `caused by ${first}`, ...rest];
};
