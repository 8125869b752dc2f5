import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, readdir, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startBrokerSim } from '@hub/broker-sim';
import { expect, it, onTestFinished } from 'vitest';

import { startRedisPair } from '../support/redis.js';

const childScript = (name: string): string => fileURLToPath(new URL(`./children/${name}.mjs`, import.meta.url));

const canary = {
  appKey: 'PScanary-key-00000000000000000000000',
  appSecret: 'canary-secret-'.repeat(13).slice(0, 180),
  account: '7391582601',
};
/** Stands in the environment of both programs: the search must find it, or it would find nothing. */
const control = 'control-marker-4711-to-be-found';

/** Passes bytes on to a Redis server and keeps all of them, commands and replies. */
const recordingProxy = async (target: string, folder: string) => {
  const path = join(folder, 'proxy.sock');
  const traffic: Buffer[] = [];
  const server = createServer((client) => {
    const upstream = createConnection(target.replace('unix://', ''));
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        traffic.push(chunk);
        to.write(chunk);
      });
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
  });
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `unix://${path}`, bytes: () => Buffer.concat(traffic) };
};

/** A program that says one line when it is ready to be looked at. */
const program = async (script: string, env: Readonly<Record<string, string>>, cwd: string) => {
  const child = spawn(process.execPath, ['--heapsnapshot-signal=SIGUSR2', childScript(script)], {
    cwd,
    env: { PATH: process.env.PATH ?? '', CONTROL: control, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited])) as [unknown];
  return { child, line: String(line), exited, complaints: () => complaints };
};

type Find = Readonly<Record<string, number>>;

/** How often each word stands in the bytes, in either width of a JavaScript string. */
const countIn = (bytes: Buffer, words: Readonly<Record<string, string>>, found: Record<string, number>): void => {
  for (const [name, word] of Object.entries(words)) {
    for (const pattern of [Buffer.from(word, 'latin1'), Buffer.from(word, 'utf16le')]) {
      for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 1)) {
        found[name] = (found[name] ?? 0) + 1;
      }
    }
  }
};

const chunkBytes = 4 * 1024 * 1024;
const overlapBytes = 1_024; // more than the longest word

/** Every readable byte of a process; undefined where the system refuses to show them. */
const searchMemory = async (pid: number, words: Readonly<Record<string, string>>): Promise<Find | undefined> => {
  const found: Record<string, number> = {};
  const maps = await readFile(`/proc/${String(pid)}/maps`, 'utf8');
  const memory = await open(`/proc/${String(pid)}/mem`, 'r').catch(() => undefined);
  if (memory === undefined) return undefined;
  let read = 0;
  try {
    for (const [, from = '', to = ''] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) r.*$/gm)) {
      const [start, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)];
      for (let at = start; at < end; at += chunkBytes) {
        const length = Math.min(chunkBytes + overlapBytes, end - at);
        // Regions of the kernel are listed and cannot be read.
        const chunk = await memory.read(Buffer.alloc(length), 0, length, at).catch(() => undefined);
        if (chunk === undefined) continue;
        read += chunk.bytesRead;
        countIn(chunk.buffer.subarray(0, chunk.bytesRead), words, found);
      }
    }
  } finally {
    await memory.close();
  }
  return read === 0 ? undefined : found;
};

/** The strings of a program's heap, in its own words. */
const searchHeap = async (child: ChildProcess, cwd: string, words: Readonly<Record<string, string>>): Promise<Find> => {
  child.kill('SIGUSR2');
  let snapshot: string | undefined;
  for (let size = -1; ;) {
    const name: string | undefined = (await readdir(cwd)).find((each) => each.endsWith('.heapsnapshot'));
    const text: string = name === undefined ? '' : await readFile(join(cwd, name), 'latin1');
    if (text.length === size && text.trimEnd().endsWith('}')) {
      snapshot = text;
      break;
    }
    size = text.length;
    await nextTurn(100);
  }
  const found: Record<string, number> = {};
  countIn(Buffer.from(snapshot, 'latin1'), words, found);
  return found;
};

it('a program in service mode holds no key, secret, token or account: not in its environment, its memory or its traffic', async () => {
  await using redis = await startRedisPair({ blessed: true });
  await using sim = await startBrokerSim({ keys: [canary], limit: { perSecond: 100 }, tokenMinuteMs: 1 });
  sim.faults.add({ kind: 'html', match: { path: 'inquire-time-itemconclusion' } });
  const folders = await Promise.all(
    ['worker', 'program'].map((name) => mkdtemp(join(tmpdir(), `hub-canary-${name}-`))),
  );
  const [workerFolder = '', programFolder = ''] = folders;
  onTestFinished(() =>
    Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))).then(() => undefined),
  );
  const worker = await program(
    'keyed-worker',
    {
      REDIS_URL: redis.mainUrl,
      REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
      HUB_KIS_BASE_URL: sim.url,
      HUB_KIS_APP_KEY: canary.appKey,
      HUB_KIS_APP_SECRET: canary.appSecret,
      HUB_KIS_ACCOUNT: canary.account,
      HUB_KIS_PER_SECOND: '100',
    },
    workerFolder,
  );
  const proxy = await recordingProxy(redis.mainUrl, programFolder);
  const user = await program('keyless-program', { HUB_MODE: 'service', REDIS_URL: proxy.url }, programFolder);

  expect(JSON.parse(user.line)).toEqual({
    read: 'answered',
    refused: 'HUB_BROKER_REFUSED',
    order: 'answered',
    broken: 'HUB_ANSWER_UNREADABLE',
    aborted: 'HUB_ABORTED',
    bars: 5,
  });
  expect(sim.journal().orders.list[0]?.body.CANO).toBe(canary.account.slice(0, 8));
  // The broker hands out the same token again for six hours: that is how the test learns it.
  const reply = await fetch(`${sim.url}/oauth2/tokenP`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', appkey: canary.appKey, appsecret: canary.appSecret }),
  });
  const { access_token: token = '' } = (await reply.json()) as { access_token?: string };
  expect(token).toMatch(/^ey/);
  const { appKey, appSecret, account } = canary;
  const secrets = { appKey, appSecret, token, account: account.slice(0, 8) };
  const words = { ...secrets, control };

  const environment = await readFile(`/proc/${String(user.child.pid ?? 0)}/environ`);
  const inEnvironment: Record<string, number> = {};
  countIn(environment, words, inEnvironment);
  expect(inEnvironment).toEqual({ control: 1 });

  const inTraffic: Record<string, number> = {};
  countIn(proxy.bytes(), { ...words, call: 'inquire-price', answer: 'stck_prpr' }, inTraffic);
  expect(inTraffic).toEqual({ call: expect.any(Number), answer: expect.any(Number) });

  // The worker is the control of the search: there everything is found.
  const [ofWorker, ofUser] = [
    await searchMemory(worker.child.pid ?? 0, words),
    await searchMemory(user.child.pid ?? 0, words),
  ];
  expect(Object.keys(ofWorker ?? words).sort()).toEqual(Object.keys(words).sort());
  expect(Object.keys(ofUser ?? { control })).toEqual(['control']);

  expect(await searchHeap(worker.child, workerFolder, words)).toMatchObject({ appKey: expect.any(Number) });
  expect(await searchHeap(user.child, programFolder, words)).toEqual({ control: expect.any(Number) });

  user.child.stdin.write('bye\n');
  await user.exited;
  expect([user.child.exitCode, user.complaints()]).toEqual([0, '']);
}, 120_000);
