import { quotation } from '../../wire/kis/answer.js';
import type { Endpoint } from './endpoint.js';
import { listed } from './listed.generated.js';

/**
 * Paths that the simulator knows from the list alone: it checks key, token, TR and fields as everywhere, and answers with one
 * row of zeros. Nothing is placed or changed by any of them.
 */
export const listedEndpoints = (): readonly Endpoint[] =>
  listed.map(({ outputs, fields, ...endpoint }) => ({
    ...endpoint,
    answer: () => {
      const row = Object.fromEntries(fields.split(' ').map((name) => [name, '0']));
      const shaped = Object.entries(outputs).map(([name, shape]) => [name, shape === 'object' ? row : [row]]);
      return quotation(Object.fromEntries(shaped) as Record<string, unknown>); // what was put in above
    },
  }));
