import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const guard = new URL('../../dist/guard/index.js', import.meta.url).href;
const script = fileURLToPath(new URL('../support/guarded.mjs', import.meta.url));

let server: Server;
let port: string;
beforeAll(async () => {
  server = createServer((_request, response) => response.end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = String((server.address() as AddressInfo).port);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

interface Ran {
  readonly told: Readonly<Record<string, string>>;
  readonly warned: string;
  readonly code: number | null;
}

/** The host that the guard is told to guard is one that leads to this machine: nothing leaves it, whatever the guard does. */
const run = async (
  host: string,
  env: Record<string, string>,
  args: readonly string[] = ['--import', guard],
): Promise<Ran> => {
  const child = spawn(process.execPath, [...args, script, host, port], { env: { ...process.env, ...env } });
  let out = '';
  let warned = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (warned += text));
  await once(child, 'close');
  // Printed by guarded.mjs.
  return { told: out === '' ? {} : (JSON.parse(out) as Ran['told']), warned, code: child.exitCode };
};

describe('node --import @hub/client/guard', () => {
  it('refuses every way out to a guarded host, also in threads and processes that are started', async () => {
    const { told } = await run('localhost', { HUB_GUARD_HOSTS: 'localhost' });
    expect(Object.keys(told).length).toBeGreaterThan(15);
    expect(Object.entries(told).filter(([, what]) => what !== 'HUB_GUARD_BLOCKED')).toEqual([]);
  });

  it('what is started after a second call goes by the options of that one', async () => {
    // Its host is no word of the command, which would be refused as such.
    const told = `fetch(process.env.TO).then(() => 'reached', ({ code }) => code).then((told) => process.stdout.write(told))`;
    const program = `
      import { installGuard } from ${JSON.stringify(guard)};
      import { execFileSync } from 'node:child_process';
      const start = () => {
        const told = execFileSync(process.execPath, ['-e', ${JSON.stringify(told)}], { stdio: ['ignore', 'pipe', 'ignore'] });
        process.stdout.write(told + ' ');
      };
      installGuard({ extraHosts: ['localhost'] });
      start();
      installGuard({ mode: 'report', extraHosts: ['localhost'] });
      start();
      installGuard();
      start();`;
    const env = { ...process.env, TO: `http://localhost:${port}` };
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    await once(child, 'close');
    expect(out).toBe('HUB_GUARD_BLOCKED reached reached ');
  });

  it('a program that is told of a relay of its own keeps it beside those of its parent', async () => {
    const told = `process.stdout.write(process.env.HUB_GUARD_HOSTS)`;
    const program = `
      import { execFileSync } from 'node:child_process';
      const env = { ...process.env, HUB_GUARD_HOSTS: 'own.example', HUB_GUARD: 'report' };
      process.stdout.write(execFileSync(process.execPath, ['-e', ${JSON.stringify(told)}], { env }));`;
    const env = { ...process.env, HUB_GUARD_HOSTS: 'relay.example' };
    const child = spawn(process.execPath, ['--import', guard, '--input-type=module', '-e', program], { env });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    await once(child, 'close');
    expect(out).toBe('relay.example,own.example');
  });

  it('lets every other host be reached', async () => {
    const { told } = await run('127.0.0.1', { HUB_GUARD_HOSTS: 'localhost' });
    const refused = Object.entries(told).filter(([, what]) => what === 'HUB_GUARD_BLOCKED');
    expect(refused).toEqual([]);
    expect(told).toMatchObject({ fetch: 'reached', 'http.get': 'reached', 'a worker thread': 'reached' });
  });

  it('warns and lets through in report mode, with the place in the stack', async () => {
    const { told, warned } = await run('localhost', { HUB_GUARD_HOSTS: 'localhost', HUB_GUARD: 'report' });
    expect(told.fetch).toBe('reached');
    expect(warned).toContain('HubGuardWarning');
    expect(warned).toContain('guarded.mjs');
    expect(warned).toContain('HUB_GUARD_BLOCKED');
  });

  it('refuses a mode that there is not', async () => {
    const { code, warned } = await run('127.0.0.1', { HUB_GUARD: 'off' });
    expect(code).not.toBe(0);
    expect(warned).toContain('HUB_GUARD');
  });
});
