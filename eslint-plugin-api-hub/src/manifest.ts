import { createRequire } from 'node:module';

/** package.json lies beside dist/ and src/ alike. */
export const { name, version } = createRequire(import.meta.url)('../package.json') as { name: string; version: string };
