// Two faults of package-lock.json that only show on another machine: `npm ci` refuses a lock that misses optional
// packages of other platforms (EUSAGE, npm 11), and a URL of the registry it was made with may not answer elsewhere.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const locked = new Set(Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));

const problems = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!locked.has(name))
      problems.push(`${path}: optional dependency ${name} is not locked; pin a version that is whole`);
  }
  if (/^(https?|git)/.test(entry.resolved ?? '')) {
    problems.push(`${path}: resolved names a host; write the lock with npm install --omit-lockfile-registry-resolved`);
  }
  if (path.includes('node_modules/') && !entry.link && !entry.inBundle && entry.integrity === undefined) {
    problems.push(`${path}: no integrity hash; run npm install once more`);
  }
}

for (const problem of problems) console.error(`package-lock.json ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
