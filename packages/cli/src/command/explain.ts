import { brokerCodes, similarNames, type CodeExplained } from '@hub/client';

import { wrongUsage, type UsageInvalid } from '../error/index.js';
import type { Context } from './context.js';
import { hubCodes } from './hub-codes.generated.js';

/** What the hub does by itself when a broker answers like this. */
const does: Readonly<Record<CodeExplained['reaction'], string>> = {
  renew: 'gets a newer token and repeats the call',
  wait: 'waits, and repeats with a new permit; an order is not repeated when its outcome is unknown',
  repeat: 'repeats reads within their deadline; orders never',
  verify: 'repeats reads; an order ends with HUB_OUTCOME_UNKNOWN',
  fix: 'does not repeat: it would fail again',
  stop: 'does not repeat',
};

const brokerTitles = { kis: 'KIS 한국투자증권', kiwoom: 'Kiwoom 키움' } as const;

/** `hub explain EGW00133`: what a code of a broker or of the hub means, and what to do. Needs no settings. */
export const explain = ({ screen }: Context, code: string | undefined): void => {
  const { found, lines } = explanationOf(code);
  screen.emit({ explained: found });
  if (!screen.json) screen.page(lines);
};

/** What is known of a code, as data and for people. Throws UsageInvalid for one that is in no catalogue. */
export const explanationOf = (code: string | undefined) => {
  const wanted = (code ?? '').trim().toUpperCase();
  const ofBrokers = brokerCodes().filter((each) => each.code === wanted);
  const ofHub = hubCodes.filter((each) => each.code === wanted);
  if (ofBrokers.length + ofHub.length === 0) throw unknownCode(wanted);
  const lines = [
    ...ofBrokers.flatMap(({ broker, meaning, reaction, remedy }) => [
      `${wanted} · ${brokerTitles[broker]}: ${meaning}`,
      `  the hub  ${does[reaction]}`,
      `  you      ${remedy}`,
    ]),
    ...ofHub.flatMap(({ happened, todo, page }) => [
      `${wanted} · API Hub: ${happened}`,
      `  you      ${todo}`,
      `  more     ${page}`,
    ]),
  ];
  return { found: [...ofBrokers, ...ofHub], lines };
};

const unknownCode = (code: string): UsageInvalid => {
  const known = [...brokerCodes(), ...hubCodes].map((each) => each.code);
  const like = similarNames(code, known).join(', ');
  const message = code === '' ? 'no code to explain' : `${code} is in no catalogue of the hub`;
  return wrongUsage(message, `Did you mean one of ${like}? See docs/errors.md.`);
};
