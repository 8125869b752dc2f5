import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { Agent, request } from 'undici';

import { kinds, type Kind } from './kind.js';

const [requests = '0'] = process.argv.slice(2);
const server = createServer((_request, response) => response.end('{"rt_cd":"0"}'));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// Listening on a port, its address is an object.
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;

const kept = new Agent();
const ways: Readonly<Record<Kind, () => Promise<string>>> = {
  kept: async () => (await request(url, { dispatcher: kept })).body.text(),
  fresh: async () => (await request(url, { dispatcher: kept, reset: true })).body.text(),
  fetch: async () => (await fetch(url)).text(),
};

const cost = async (way: () => Promise<string>, count: number): Promise<number> => {
  const before = process.cpuUsage();
  for (let nth = 0; nth < count; nth += 1) await way();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / count;
};

const costs: Partial<Record<Kind, number>> = {};
for (const kind of kinds) {
  await cost(ways[kind], Number(requests));
  costs[kind] = await cost(ways[kind], Number(requests));
}
process.stdout.write(JSON.stringify(costs));
process.exit();
