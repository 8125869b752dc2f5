/**
 * Names under which public code keeps the keys of KIS and Kiwoom, and those of the hub itself (seen 2026-11). A broker's name and
 * what kind of secret it is, in any order of parts: `KIS_APP_KEY`, `KIWOOM_SECRETKEY`, `VITE_KIS_PAPER_APPSECRET`.
 */
const broker = /(?:^|_)(?:KIS|KOREAINVEST(?:MENT)?|HANTOO|HANTU|KIWOOM)(?:_|$|(?=APP|SECRET))/;
const secret = /(?:APP_?KEY|APP_?SECRET|SECRET_?KEY|SECRET|APPROVAL_?KEY|ACCESS_?TOKEN|API_?KEY)S?$/;

export const isCredentialName = (name: string): boolean => {
  const upper = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  return (broker.test(upper) && secret.test(upper)) || /^HUB_(?:KIS|KIWOOM)_KEYS$/.test(upper);
};

/** Fields of the brokers' own requests that hold a secret. */
export const credentialFields: ReadonlySet<string> = new Set([
  'appkey',
  'appsecret',
  'secretkey',
  'appKey',
  'appSecret',
  'secretKey',
]);

/** A key as the brokers give it out: 36 characters and more (KIS 36 and 180, Kiwoom 43), without a blank. */
export const looksLikeKey = (text: string): boolean =>
  /^[\w+/=-]{36,}$/.test(text) && /\d/.test(text) && /[A-Za-z]/.test(text);

/** A word that every file with such a name holds, unless it is written in escapes; the others need not be looked at. */
export const mayNameCredential = (source: string, extraNames: readonly string[]): boolean =>
  /KIS|korea|hantoo|hantu|kiwoom|appkey|appsecret|secretkey|\\[ux]/i.test(source) ||
  extraNames.some((name) => source.includes(name));
