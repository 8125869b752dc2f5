import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** [importing file, its import, the rule that must object; null when the import is right] */
const imports: [file: string, statement: string, rule: string | null][] = [
  // client, downward
  ['packages/client/src/hub/create-hub.ts', `import '../ledger/redis/ledger.js';`, null],
  ['packages/client/src/broker/kis/decode.ts', `import '../../request/contract.js';`, null],
  ['packages/client/src/vault/renew.ts', `import '../ledger/contract.js';`, null],
  ['packages/client/src/ledger/redis/ledger.ts', `import '../contract.js';`, null],
  // client, upward
  ['packages/client/src/index.ts', `export { reserve } from './ledger/contract.js';`, 'client/index'],
  ['packages/client/src/error/quota.ts', `import '../runtime/clock.js';`, 'client/error'],
  ['packages/client/src/ledger/waiting.ts', `import '../vault/contract.js';`, 'client/ledger'],
  ['packages/client/src/ledger/typed.ts', `import type { Vault } from '../vault/contract.js';`, 'client/ledger'],
  ['packages/client/src/request/permit.ts', `import '../broker/kis/limits.js';`, 'client/request'],
  ['packages/client/src/realtime/socket/open.ts', `import '../../hub/create-hub.js';`, 'client/realtime'],
  ['packages/client/src/misc/text.ts', `import '../error/quota.js';`, 'client/unknown-folder'],
  // client, sideways
  ['packages/client/src/request/lease.ts', `import '../ledger/redis/ledger.js';`, 'implementations-from-hub-only'],
  ['packages/client/src/vault/early.ts', `import './memory.js';`, 'implementations-from-hub-only'],
  ['packages/client/src/testing/ledger.ts', `import '../ledger/memory/ledger.js';`, 'implementations-from-hub-only'],
  ['packages/client/src/vault/redis/lock.ts', `import '../../ledger/redis/ledger.js';`, 'implementations-apart'],
  ['packages/client/src/ledger/memory/ledger.ts', `import '../redis/ledger.js';`, 'implementations-apart'],
  ['packages/client/src/broker/kis/limits.ts', `import '../kiwoom/limits.js';`, 'brokers-apart'],
  // the other packages
  ['packages/worker/src/job/rest-call.ts', `import '../queue/names.js';`, null],
  ['packages/worker/src/queue/publish.ts', `import '../job/rest-call.js';`, 'worker/queue'],
  ['packages/store/src/ingest/merge.ts', `import '../coverage/algebra.js';`, null],
  ['packages/store/src/database/open.ts', `import '../ingest/merge.js';`, 'store/database'],
  ['packages/cli/src/command/backfill.ts', `import '../terminal/table.js';`, null],
  ['packages/cli/src/terminal/bar.ts', `import '../command/backfill.js';`, 'cli/terminal'],
  ['packages/broker-sim/src/limit/window.ts', `import '../wire/kis/error.js';`, null],
  ['packages/broker-sim/src/wire/kis/header.ts', `import '../../limit/window.js';`, 'broker-sim/wire'],
  ['packages/store/src/index.ts', `export type { Facade } from './duckdb-async/facade.js';`, null], // the door may name any type
  // the plugin
  ['eslint-plugin-api-hub/src/rules/no-thing.ts', `import '../sink/findings.js';`, null],
  ['eslint-plugin-api-hub/src/value/imports.ts', `import '../sink/findings.js';`, 'eslint-plugin-api-hub/value'],
  ['eslint-plugin-api-hub/src/rules/no-other.ts', `import './no-thing.js';`, 'rules-apart'],
  ['eslint-plugin-api-hub/src/evidence/catalogue.ts', `import '@hub/client';`, 'eslint-plugin-api-hub'],
  // between packages
  ['packages/worker/src/job/hub.ts', `import '@hub/client';`, null],
  ['packages/store/src/query/candles.ts', `import type { Candle } from '@hub/client';`, 'packages/store'],
  ['packages/client/src/hub/sim.ts', `import '@hub/broker-sim';`, 'packages/client'],
  ['packages/worker/src/process/sim.ts', `import '@hub/broker-sim';`, 'packages/worker'],
  ['packages/cli/src/command/sim.ts', `import '@hub/broker-sim';`, null],
  ['packages/cli/src/command/deep.ts', `import '../../../store/src/query/candles.js';`, 'published-entry-points'],
  ['packages/worker/test/unit/deep.test.ts', `import '../../../store/src/query/candles.js';`, 'published-entry-points'],
  ['bench/src/deep.ts', `import '../../packages/store/src/query/candles.js';`, 'published-entry-points-from-outside'],
  ['packages/worker/test/unit/sim.test.ts', `import '@hub/broker-sim';`, null],
  ['packages/client/src/runtime/fake.ts', `import '../../test/clock.js';`, 'source-without-tests'],
  // cycles
  ['packages/store/src/calendar/day.ts', `import './session.js';`, 'no-cycle'],
  ['packages/store/src/calendar/session.ts', `import './day.js';`, null], // reported once, at the first of the two
  ['packages/store/src/query/row.ts', `import type { Read } from './read.js';`, null],
  ['packages/store/src/query/read.ts', `import './row.js';`, null],
];

/** Imported above, importing nothing themselves. */
const leaves = [
  'packages/client/src/ledger/contract.ts',
  'packages/client/src/request/contract.ts',
  'packages/client/src/vault/contract.ts',
  'packages/client/src/vault/memory.ts',
  'packages/client/src/broker/kiwoom/limits.ts',
  'packages/client/src/runtime/clock.ts',
  'packages/client/test/clock.ts',
  'packages/store/src/coverage/algebra.ts',
  'packages/store/src/duckdb-async/facade.ts',
  'packages/worker/src/queue/names.ts',
  'packages/cli/src/terminal/table.ts',
  'packages/broker-sim/src/wire/kis/error.ts',
  'eslint-plugin-api-hub/src/sink/findings.ts',
];

interface Report {
  summary: { violations: { from: string; rule: { name: string } }[] };
}

describe('import directions', () => {
  let tree: string;
  const broken = new Map<string, string[]>();

  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'hub-architecture-'));
    const write = async (file: string, text: string): Promise<void> => {
      await mkdir(dirname(join(tree, file)), { recursive: true });
      await writeFile(join(tree, file), text);
    };
    for (const file of leaves) await write(file, 'export {};\n');
    for (const [file, statement] of imports) await write(file, `${statement}\nexport {};\n`);
    // The rules see another package as the checkout shows it: a link to its folder, its exports map, its built files.
    for (const name of ['client', 'store', 'broker-sim']) {
      const exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } };
      await write(`packages/${name}/package.json`, JSON.stringify({ name: `@hub/${name}`, type: 'module', exports }));
      await write(`packages/${name}/dist/index.d.ts`, 'export {};\n');
      await write(`packages/${name}/dist/index.js`, 'export {};\n');
      await mkdir(join(tree, 'node_modules', '@hub'), { recursive: true });
      await symlink(join(tree, 'packages', name), join(tree, 'node_modules', '@hub', name));
    }
    const report = await cruise(tree);
    for (const { from, rule } of report.summary.violations) {
      broken.set(from, [...(broken.get(from) ?? []), rule.name]);
    }
  }, 30_000);

  afterAll(() => rm(tree, { recursive: true, force: true }));

  it.each(imports.filter(([, , rule]) => rule === null))('%s: %s is right', (file) => {
    expect(broken.get(file) ?? []).toEqual([]);
  });

  it.each(imports.filter(([, , rule]) => rule !== null))('%s: %s is refused', (file, _statement, rule) => {
    expect(broken.get(file)).toContain(rule);
  });
});

/** The command exits with the number of violations, so its answer is read from the output in either case. */
const cruise = async (tree: string): Promise<Report> => {
  const command = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const config = join(root, '.dependency-cruiser.mjs');
  const run = promisify(execFile)(
    process.execPath,
    [command, '--config', config, '--output-type', 'json', '{packages/*,eslint-plugin-api-hub}/{src,test}', 'bench'],
    { cwd: tree, maxBuffer: 32 << 20 },
  );
  const output = await run.then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { stdout: string }).stdout,
  );
  return JSON.parse(output) as Report;
};
