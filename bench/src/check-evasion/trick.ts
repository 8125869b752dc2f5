import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { casesOf } from '../check-lint-set/labelled.js';

/** One way past the rings: a small program, whose first file is run. */
export interface Trick {
  readonly group: string;
  readonly title: string;
  readonly folder: string;
  readonly main: string;
}

const pages = new URL('../../evasion/', import.meta.url);
const installed = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** The titles of the pages are the groups; a heading and its blocks are a trick. */
export const groupOf = (text: string): string => /^# (?<title>.*)$/m.exec(text)?.groups?.title ?? '';

/** Writes every trick as a project of its own below one folder. */
export const writeTricks = async (): Promise<{ root: string; tricks: readonly Trick[] }> => {
  const root = await mkdtemp(join(tmpdir(), 'hub-evasion-'));
  await symlink(installed, join(root, 'node_modules'));
  const names = (await readdir(pages)).filter((name) => name.endsWith('.md') && name !== 'README.md').sort();
  const tricks: Trick[] = [];
  for (const name of names) {
    const text = await readFile(new URL(name, pages), 'utf8');
    for (const { name: full, files } of casesOf(groupOf(text), text)) {
      const folder = join(root, `trick-${String(tricks.length + 1)}`);
      for (const file of files) {
        await mkdir(dirname(join(folder, file.path)), { recursive: true });
        await writeFile(join(folder, file.path), file.text);
      }
      const group = groupOf(text);
      tricks.push({ group, title: full.slice(group.length + 2), folder, main: files[0]?.path ?? '' });
    }
  }
  return { root, tricks };
};
