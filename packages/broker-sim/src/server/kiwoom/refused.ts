import { notForPaper, notOnPaper } from '../../wire/kiwoom/errors.js';
import type { KiwoomEndpoint } from './endpoint.js';

/** Ids that the paper host refuses with RC9000: a probe of 2026-09-09, four of them confirmed elsewhere. */
const notServed: Readonly<Record<string, readonly string[]>> = {
  '/api/dostk/acnt': [
    'kt00002',
    'kt00005',
    'kt00012',
    'kt00015',
    'kt00016',
    'kt00017',
    'kt50020',
    'kt50021',
    'kt50032',
  ],
  '/api/dostk/stkinfo': ['kt20016', 'kt20017'],
};

/** What the paper host does not serve. */
export const refusedOnPaper = (): readonly KiwoomEndpoint[] => [
  { apiId: 'ka01690', path: '/api/dostk/acnt', fields: [], answer: notForPaper },
  ...Object.entries(notServed).flatMap(([path, ids]) =>
    ids.map((apiId): KiwoomEndpoint => ({ apiId, path, fields: [], answer: notOnPaper })),
  ),
];
