import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { audit, type AuditOptions, type AuditResult } from '../../src/audit/audit.js';

export const at = Date.parse('2026-11-28T00:00:00Z');

export interface AuditFolder extends AsyncDisposable {
  readonly root: string;
  audit(options?: Partial<AuditOptions>): Promise<AuditResult>;
}

/** A folder with these files, and what the audit says of it. No repository, unless the test makes one. */
export const auditFolder = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<AuditFolder> => {
  const root = await mkdtemp(join(tmpdir(), 'hub-audit-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const signal = new AbortController().signal;
  return {
    root,
    audit: (options) => audit({ root, paths: [''], now: at, extraHosts: [], signal, ...options }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
};

/** `direct-call a.py:2`, `direct-call a.ipynb#3:1` */
export const shortly = ({ findings }: AuditResult): string[] =>
  findings.map(
    ({ rule, path, cell, line }) => `${rule} ${path}${cell === undefined ? '' : `#${String(cell)}`}:${String(line)}`,
  );
