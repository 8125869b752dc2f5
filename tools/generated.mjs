import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './root.mjs';

/** Writes generated modules that have changed; with `--check` it writes nothing, and the process fails when one is out of date. */
export const writeGenerated = (modules) => {
  const check = process.argv.includes('--check');
  for (const [target, text] of modules) {
    if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
    if (check) {
      console.error(`${relative(root, target)} is out of date: run npm run build`);
      process.exitCode = 1;
    } else {
      writeFileSync(target, text);
    }
  }
};
