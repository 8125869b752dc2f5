import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { kis } from '../../src/broker/kis/index.js';
import { kiwoom } from '../../src/broker/kiwoom/index.js';
import { settingsOf } from '../../src/hub/settings.js';

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'isolation');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** The entries of a section of the file, by name, as they are written: two spaces in, without comments. */
const sectionOf = (name: string): ReadonlyMap<string, string> => {
  const text = read('compose.yaml').replaceAll(/ *#.*$/gm, '');
  const [, section = ''] = new RegExp(`^${name}:\\n((?:(?: .*)?\\n)+)`, 'm').exec(text) ?? [];
  return new Map(
    [...section.matchAll(/^ {2}([\w-]+):(.*\n(?:(?: {4}.*)?\n)*)/gm)].map(([, key = '', rest = '']) => [key, rest]),
  );
};

/** Settings of a unit; comments are lines of their own. */
const unitOf = (name: string): readonly string[] =>
  read(join('systemd', name))
    .split('\n')
    .filter((line) => /^\w+=/.test(line));

it('of the containers, the worker alone gets out and has the keys', () => {
  const [networks, services] = [sectionOf('networks'), sectionOf('services')];
  expect([...services.keys()]).toEqual(['redis-main', 'redis-gatekeeper', 'worker', 'collector']);
  const inside = [...networks].filter(([, text]) => text.includes('internal: true')).map(([name]) => name);
  expect(inside).toEqual(['inside']);
  const networksOf = (text: string): readonly string[] =>
    /^ {4}networks: \[(.+)\]$/m.exec(text)?.[1]?.split(', ') ?? [];
  const namesOf = (wanted: (text: string) => boolean): string[] =>
    [...services].filter(([, text]) => wanted(text)).map(([name]) => name);
  // A service without networks would be in the default one, which gets out.
  expect(namesOf((text) => networksOf(text).join() !== 'inside')).toEqual(['worker']);
  expect(namesOf((text) => text.includes('secrets:'))).toEqual(['worker']);
  expect(namesOf((text) => text.includes('HUB_KEYS_FILE'))).toEqual(['worker']);
  expect(services.get('collector')).toMatch(/HUB_MODE: service\n\s+HUB_CALLER: \$\{HUB_CALLER:\?/);
  expect(read('compose.yaml')).not.toMatch(/HUB_(KIS|KIWOOM)_|HUB_\w*KEY\b/);
});

it('of the units, the worker alone is lent the keys, and collectors reach this machine alone', () => {
  const worker = unitOf('hub-worker.service');
  const collector = unitOf('hub-collector@.service');
  expect(worker).toEqual(expect.arrayContaining(['LoadCredential=keys.json:/etc/hub/keys.json', 'UMask=0077']));
  expect(worker.filter((line) => line.startsWith('IPAddress'))).toEqual([]);
  expect(collector.filter((line) => line.startsWith('IPAddress'))).toEqual([
    'IPAddressDeny=any',
    'IPAddressAllow=localhost',
  ]);
  expect(collector.join('\n')).not.toMatch(/LoadCredential|HUB_KEYS_FILE|^User=hub-worker/m);
  expect(collector).toContain('Environment=HUB_MODE=service');
  for (const unit of [worker, collector]) expect(unit).toContain('ProtectSystem=strict');
});

it('the packet filter names the ports and hosts that the hub calls', () => {
  const rules = read('brokers.nft');
  const urls = [kis, kiwoom].flatMap(({ hosts }) => Object.values(hosts)).map((url) => new URL(url));
  const odd = urls.map(({ port }) => port).filter((port) => port !== '');
  expect(rules).toContain(`tcp dport { ${odd.join(', ')} }`);
  expect(urls.filter(({ port }) => port === '').every(({ hostname }) => rules.includes(hostname))).toBe(true);
});

it('the key file has the form that a worker takes', () => {
  const place = mkdtempSync(join(tmpdir(), 'hub-isolation-'));
  const keysFile = join(place, 'keys.json');
  const filled = read('keys.example.json').replaceAll(/("\w+Key": )"…"/g, `$1"${'ab'.repeat(32)}"`);
  writeFileSync(keysFile, filled, { mode: 0o600 });
  const redis = { main: 'redis://127.0.0.1', gatekeeper: 'redis://127.0.0.1' };
  const settings = settingsOf({ redis }, { HUB_KEYS_FILE: keysFile });
  rmSync(place, { recursive: true });
  expect(settings).toMatchObject({ mode: 'direct', callerKey: Buffer.alloc(32, 0xab) });
});
