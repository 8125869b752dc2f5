import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { tell, untilReleased } from '../harness/child.js';

/** One process that answers every call with the same price, and a token request with a token: nothing is measured of it. */
export interface Listening {
  readonly kind: 'listening';
  readonly url: string;
}

const dayMs = 86_400_000;
const kstOffsetMs = 9 * 3_600_000;

const kstText = (epochMs: number): string =>
  new Date(epochMs + kstOffsetMs).toISOString().slice(0, 19).replace('T', ' ');

/** As many fields as the broker's own answer has, and as long. */
const price = JSON.stringify({
  output: {
    stck_prpr: '70000',
    ...Object.fromEntries(
      Array.from({ length: 75 }, (_each, index) => [`field_of_a_price_${String(index)}`, '128500']),
    ),
  },
  rt_cd: '0',
  msg_cd: 'MCA00000',
  msg1: '정상처리 되었습니다.',
});

const server = createServer((request, response) => {
  const token = request.url === '/oauth2/tokenP';
  const body = token
    ? JSON.stringify({
        access_token: 'bench-token',
        token_type: 'Bearer',
        expires_in: dayMs / 1_000,
        access_token_token_expired: kstText(Date.now() + dayMs),
      })
    : price;
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body);
  });
});
// Longer than any pause of the bench: a new connection is not what is measured.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// Listening on a port, its address is an object.
tell({ kind: 'listening', url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` } as Listening);
await untilReleased();
process.exit();
