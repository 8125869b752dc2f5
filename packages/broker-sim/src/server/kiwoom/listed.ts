import type { Environment } from '../../account/keys.js';
import { done } from '../../wire/kiwoom/answer.js';
import type { KiwoomEndpoint } from './endpoint.js';
import { listed } from './listed.generated.js';

const namesIn = (text: string): readonly string[] => text.split(' ').filter((name) => name !== '');

const zeros = (names: string): Record<string, string> => Object.fromEntries(namesIn(names).map((name) => [name, '0']));

/** Ids that the simulator knows from the workbook alone: it checks id, path, token and fields, and answers with one row of zeros. */
export const listedEndpoints = (environment: Environment): readonly KiwoomEndpoint[] =>
  listed
    .filter(({ paper }) => environment === 'real' || paper)
    .map(({ apiId, path, request, fields, lists }) => ({
      apiId,
      path,
      fields: namesIn(request).map((name) => ({
        name: name.replace('!', ''),
        required: name.endsWith('!'),
        fits: () => true,
      })),
      answer: () => {
        const rows = Object.entries(lists).map(([name, row]) => [name, [zeros(row)]]);
        return done({ ...zeros(fields), ...(Object.fromEntries(rows) as Record<string, unknown>) });
      },
    }));
