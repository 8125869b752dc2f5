import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';

/** What a label asks for at its line. */
export type Label = 'call' | 'definition';

export interface LabelledFile {
  readonly path: string;
  readonly text: string;
  /** By line, counted from 1. */
  readonly labels: ReadonlyMap<number, Label>;
}

/** One small project. */
export interface LabelledCase {
  /** Where it stands, and its heading. */
  readonly name: string;
  /** Only types can tell. */
  readonly typed: boolean;
  readonly files: readonly LabelledFile[];
}

const heading = /^## (?<title>.*?)(?<typed> #typed)?$/;
const label = /\s*\/\/: (?<kind>call|definition)\s*$/;

/** All cases of a folder; the format is told in its README. Throws where a page does not keep to it. */
export const readLabelled = async (folder: URL): Promise<readonly LabelledCase[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md').sort();
  const pages = names.map(async (name) =>
    casesOf(basename(name, '.md'), await readFile(new URL(name, folder), 'utf8')),
  );
  return (await Promise.all(pages)).flat();
};

export const casesOf = (page: string, text: string): readonly LabelledCase[] => {
  const [, ...sections] = text.split(/^(?=## )/m);
  return sections.map((section) => {
    const [first = '', ...lines] = section.split('\n');
    const { title = '', typed } = heading.exec(first)?.groups ?? {};
    const name = `${page}: ${title}`;
    const files = filesOf(lines);
    if (title === '' || files.length === 0) throw new Error(`${name}: a case is a heading and at least one file`);
    return { name, typed: typed !== undefined, files };
  });
};

const filesOf = (lines: readonly string[]): readonly LabelledFile[] => {
  const files: { path: string; lines: string[] }[] = [];
  let open = false;
  for (const line of lines) {
    if (!line.startsWith('```')) {
      if (open) files.at(-1)?.lines.push(line);
      continue;
    }
    if (!open) files.push({ path: line.slice(3).trim(), lines: [] });
    open = !open;
  }
  if (open) throw new Error(`${files.at(-1)?.path ?? ''}: the block does not end`);
  return files.map(({ path, lines: own }) => {
    const labels = new Map<number, Label>();
    own.forEach((line, index) => {
      const kind = label.exec(line)?.groups?.kind;
      if (kind === 'call' || kind === 'definition') labels.set(index + 1, kind);
    });
    return { path, text: `${own.map((line) => line.replace(label, '')).join('\n')}\n`, labels };
  });
};
