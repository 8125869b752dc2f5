import { describe, expect, it } from 'vitest';

import { kis } from '../../src/broker/kis/index.js';
import { kiwoom } from '../../src/broker/kiwoom/index.js';
import { rawEndpoint, type RawCall } from '../../src/hub/raw-call.js';

describe('a raw call', () => {
  it('of KIS is a read unless it posts, and takes the parameters that it names', () => {
    const path = '/uapi/domestic-stock/v1/quotations/new-thing';
    expect(rawEndpoint(kis, { path, tr: 'FHKST99999999', params: { A: '1' } })).toMatchObject({
      ...{ name: 'FHKST99999999', method: 'GET', replayable: true, required: [], optional: ['A'] },
    });
    expect(rawEndpoint(kis, { path, tr: 'TTTC9999U', method: 'POST' })).toMatchObject({ replayable: false });
  });

  it('of Kiwoom may change something unless its caller knows better', () => {
    const call = { path: '/api/dostk/watchlist', tr: 'ka01300' };
    expect(rawEndpoint(kiwoom, call)).toMatchObject({ method: 'POST', replayable: false });
    expect(rawEndpoint(kiwoom, { ...call, replayable: true })).toMatchObject({ replayable: true });
  });

  it.each<[string, 'kis' | 'kiwoom', Partial<RawCall>]>([
    ['a token request', 'kis', { path: '/oauth2/tokenP' }],
    ['a path of the other broker', 'kiwoom', { path: '/uapi/x' }],
    ['a whole URL', 'kis', { path: 'https://example.com/uapi/x' }],
    ['a way out of its place', 'kis', { path: '/uapi/../oauth2/tokenP' }],
    ['a query in the path', 'kis', { path: '/uapi/x?y=z' }],
    ['a header in the TR', 'kis', { tr: 'A\r\nx: y' }],
    ['an empty TR', 'kis', { tr: '' }],
    ['no TR', 'kis', { tr: undefined as unknown as string }], // as JavaScript may
    ['another method', 'kis', { method: 'DELETE' as 'GET' }],
    ['an order of KIS as a read', 'kis', { tr: 'TTTC0012U', method: 'POST', replayable: true }],
    ['an order of Kiwoom as a read', 'kiwoom', { path: '/api/dostk/ordr', tr: 'kt10000', replayable: true }],
    ['a text for yes', 'kis', { replayable: 'false' as unknown as boolean }], // as JavaScript may
    ['a GET of Kiwoom', 'kiwoom', { path: '/api/dostk/x', method: 'GET' }],
  ])('is refused before anything is sent: %s', (_what, broker, more) => {
    const call = { path: '/uapi/x', tr: 'FHKST01010100', ...more };
    expect(() => rawEndpoint({ kis, kiwoom }[broker], call)).toThrow(
      expect.objectContaining({ code: 'HUB_CALL_INVALID' }),
    );
  });
});
