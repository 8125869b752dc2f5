#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error('HUB_NOT_BUILT This checkout has not been built yet. → npm run build');
  process.exitCode = 2;
}
