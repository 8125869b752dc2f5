import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Trick } from './trick.js';

const guard = import.meta.resolve('@hub/client/guard');
const hooks = fileURLToPath(new URL('../../evasion/hooks/', import.meta.url));
const redirect = join(hooks, 'redirect.cjs');

/** A trick is over in a moment: it calls, and its answer is a closed connection. */
const patienceMs = 10_000;

export interface Ran {
  /** Something was sent to a broker. */
  readonly reached: boolean;
  /** What the program said when it failed. */
  readonly said: string;
}

/** Runs a trick in a process of its own; whatever it connects to is a listener here. */
export const runTrick = async ({ folder, main }: Trick, guarded: boolean): Promise<Ran> => {
  const broker = await listen();
  const curl = await mkdtemp(join(tmpdir(), 'hub-evasion-curl-'));
  await writeFile(join(curl, '.curlrc'), `connect-to = "::127.0.0.1:${String(broker.port)}"\nmax-time = 2\n`);
  const { PATH = '', HOME = '' } = process.env;
  const args = ['--require', redirect, ...(guarded ? ['--import', guard] : []), join(folder, main)];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ PATH, HOME, EVASION_PORT: String(broker.port), NODE_OPTIONS: `--require=${redirect}` },
      EVASION_ENV: JSON.stringify({ PATH, CURL_HOME: curl, PYTHONPATH: hooks, PYTHONDONTWRITEBYTECODE: '1' }),
      // A proxy on this machine, as a developer's environment has one.
      MY_PROXY: `http://127.0.0.1:${String(broker.port)}`,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const kill = setTimeout(() => {
    said += '\nkilled: it did not end';
    child.kill('SIGKILL');
  }, patienceMs);
  await once(child, 'close');
  clearTimeout(kill);
  const reached = broker.reached();
  await broker.close();
  await rm(curl, { recursive: true, force: true });
  return { reached, said };
};

interface Broker {
  readonly port: number;
  readonly reached: () => boolean;
  readonly close: () => Promise<void>;
}

/** Counts whoever sends something, and hangs up. To a CONNECT it is a proxy first: what comes through the tunnel counts. */
const listen = async (): Promise<Broker> => {
  let reached = false;
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('data', (chunk) => {
      if (chunk.toString('latin1').startsWith('CONNECT ')) {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        return;
      }
      reached = true;
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    reached: () => reached,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
