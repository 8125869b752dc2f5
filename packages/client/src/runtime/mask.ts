/** Shorter ones are no secrets, and hiding them would tear words apart. */
const shortest = 6;

/** How a secret may stand in a text: as it is, in JSON with escaped slashes, in a query. */
const formsOf = (secret: string): string[] => [
  secret,
  secret.replaceAll('/', String.raw`\/`),
  encodeURIComponent(secret),
];

/** Hides secrets in what somebody else wrote: a gateway may echo the headers that it was sent. */
export const masked = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret.length >= shortest)
    .sort((one, other) => other.length - one.length)
    .flatMap(formsOf)
    .reduce((result, form) => (result.includes(form) ? result.replaceAll(form, '***') : result), text);
