import { createHash } from 'node:crypto';

import type { Answer } from '../../wire/answer.js';
import { gatewayError } from '../../wire/kis/errors.js';
import { header, type Arrival } from '../house.js';

/** How KIS hashes is not documented; 64 hex digits are what recorded answers have. */
export const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex');

/** The hash of a POST is optional; one that is sent has to be that of its body. */
export const hashProblem = (arrival: Arrival): Answer | undefined => {
  const hash = header(arrival, 'hashkey');
  return hash === '' || hash === hashOf(arrival.body) ? undefined : gatewayError('EGW00131');
};
