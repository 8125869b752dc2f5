import type { Direction } from './tap.js';

/** Which of its two lines an issuer is heard on. */
export type Line = 'redis' | 'broker';

/** Recognises the moment at which an issuer has come to a place; the piece that says so goes no further. */
export type Recognise = (line: Line, direction: Direction, text: string) => boolean;

export interface Place {
  readonly name: string;
  /** A fresh one for every issuer: some have to remember what they heard before. */
  readonly recognise: () => Recognise;
  /** Token requests of an issuer that died here and of those who came after it. */
  readonly arrivals: number;
}

/** Starts the cooldown: the only command that names the hold of a new server. */
const startsCooldown = /api:epoch:vault-hold/;
/** Writes the record: the only command that names the list of issues. */
const writesRecord = /:rest:issues/;
/** Sets the cooldown again after the answer. */
const setsCooldownAgain = /:rest:cooldown/;
const asksForToken = /^POST \/oauth2\/tokenP /;

const onRequest =
  (line: Line, pattern: RegExp, not?: RegExp): (() => Recognise) =>
  () =>
  (where, direction, text) =>
    where === line && direction === 'there' && pattern.test(text) && not?.test(text) !== true;

/** The first answer after a request, other than that the server has to be told the script. */
const onAnswer =
  (line: Line, pattern: RegExp): (() => Recognise) =>
  () => {
    let asked = false;
    return (where, direction, text) => {
      if (where !== line) return false;
      if (direction === 'there') asked ||= pattern.test(text);
      return asked && direction === 'back' && !text.startsWith('-NOSCRIPT');
    };
  };

/** Every step of a token request at which an issuer can die. */
export const places: readonly Place[] = [
  { name: 'before-cooldown', recognise: onRequest('redis', startsCooldown), arrivals: 1 },
  { name: 'before-post', recognise: onRequest('broker', asksForToken), arrivals: 1 },
  { name: 'post-under-way', recognise: onAnswer('broker', asksForToken), arrivals: 2 },
  { name: 'answer-in-hand', recognise: onRequest('redis', setsCooldownAgain, startsCooldown), arrivals: 2 },
  { name: 'before-write', recognise: onRequest('redis', writesRecord), arrivals: 2 },
  { name: 'after-write', recognise: onAnswer('redis', writesRecord), arrivals: 1 },
];

/** Not a death: the write of this issuer is late, and comes when somebody else has written already. */
export const lateWrite: Place = { name: 'late-write', recognise: onRequest('redis', writesRecord), arrivals: 2 };
