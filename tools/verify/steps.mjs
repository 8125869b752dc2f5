import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const reports = mkdtempSync(join(tmpdir(), 'hub-verify-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));

const node = (name, ...args) => ({ name, command: process.execPath, args });
const bin = (name, tool, ...args) => ({ name, command: join('node_modules', '.bin', tool), args });

const vitest = (name, projects, ...more) => {
  const report = join(reports, `${name.replace(' ', '-')}.json`);
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter', 'default', '--reporter', 'json', '--outputFile.json', report];
  return { ...bin(name, 'vitest', 'run', ...chosen, ...reporters, ...more), report };
};

/** Stages follow each other. The lanes of a stage run side by side, two at most; tests have the machine to themselves. */
export const stages = [
  [
    [
      node('generated', 'tools/embed-lua.mjs', '--check'),
      node('catalogue', 'tools/generate-catalogue.mjs', '--check'),
      node('lockfile', 'tools/check-lockfile.mjs'),
      bin('build', 'tsc', '-b'),
    ],
    [bin('format', 'prettier', '--check', '.', '--log-level', 'warn', '--cache')],
  ],
  [
    [bin('lint', 'eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/')],
    [
      bin(
        'directions',
        'depcruise',
        '--config',
        '.dependency-cruiser.mjs',
        '{packages/*,eslint-plugin-api-hub}/{src,test}',
        '{bench,examples,test}',
      ),
      bin('dead-code', 'knip', '--no-progress'),
      node('packages', 'tools/check-packages.mjs'),
      node('reference', 'tools/api-docs.mjs', '--check'),
    ],
  ],
  // Those wait for sockets and clocks a third of their time, even three at once; system tests do not.
  [[vitest('tests', ['unit', 'contract', 'integration'], '--maxWorkers', '4')]],
  [[vitest('system-tests', ['system'])]],
];
