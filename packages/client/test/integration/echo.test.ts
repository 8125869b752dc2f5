import { expect, it } from 'vitest';

import { startRawServer, http } from '../support/raw-server.js';
import { httpTransport } from '../../src/request/transport.js';
import type { KeyedCall } from '../../src/request/contract.js';
import { systemClock } from '../../src/runtime/clock.js';

const permit = {
  ...{ id: 'a.0', account: 'kis:real:a', begun: () => Promise.resolve(), claim: () => 1_000 },
  ...{ complete: () => undefined, cancel: () => undefined, refused: () => undefined },
};

const callBy = (keyId: string, token: string): KeyedCall => ({
  ...{ requestId: token, endpoint: 'echo', tr: '', replayable: true, inquiry: '', candidates: [] },
  ...{ priority: 'interactive' as const, timeoutMs: 1_000, signal: new AbortController().signal, budgets: [] },
  identity: { broker: 'kis', environment: 'real', keyId, purpose: 'rest' },
  secrets: [`secret-of-${keyId}`],
  token: { token, generation: 1, expiresAt: 0, issuedAt: 0, issuedBy: '' },
  encode: (bearer) => ({
    method: 'GET',
    path: '/',
    headers: { authorization: bearer, appsecret: `secret-of-${keyId}` },
  }),
  decode: ({ text }) => ({ text }),
});

it('what a gateway echoes is hidden by whatever key and token a call went by, also after a renewal', async () => {
  await using server = await startRawServer((socket, request) => {
    socket.write(http(JSON.stringify(request)));
  });
  const transport = httpTransport(server.url, systemClock);
  const echoed = async (keyId: string, token: string): Promise<string> =>
    JSON.stringify((await transport.send(callBy(keyId, token), permit)).body);
  for (const [keyId, token] of [
    ['one', 'token-1'],
    ['one', 'token-2'],
    ['two', 'token-3'],
    ['one', 'token-2'],
    ['one', 'token-4'],
  ] as const) {
    const text = await echoed(keyId, token);
    expect(text).toContain('***');
    expect(text).not.toContain(token);
    expect(text).not.toContain(`secret-of-${keyId}`);
  }
  await transport.close();
});
