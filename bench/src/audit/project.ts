import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Files of a folder; the first is a module of settings that the others import. */
const perFolder = 20;
/** One file of so many calls a broker. */
const callsOneIn = 20;
const isCaller = (index: number): boolean => index % callsOneIn === 7;
const isSettings = (index: number): boolean => index % perFolder === 0;

const padding = (n: string): string =>
  Array.from(
    { length: 12 },
    (_each, index) =>
      `def mean_${n}_${String(index)}(bars, length=20):\n` +
      '    """Mean of the last closes, None while there are too few."""\n' +
      '    closes = [bar["close"] for bar in bars[-length:]]  # in KRW\n' +
      `    log.info("mean of %s over %d bars", "${n}", len(closes))\n` +
      '    return None if len(closes) < length else sum(closes) / length\n\n',
  ).join('');

const python = (index: number): string => {
  const n = String(index);
  const address = isCaller(index) ? '{BASE}/uapi/domestic-stock/v1/quotations/inquire-price' : '{DESK}/quotes/{code}';
  return (
    'import logging\nimport requests\nfrom .settings import BASE, DESK\n\nlog = logging.getLogger(__name__)\n\n' +
    `${padding(n)}def load_${n}(code):\n    return requests.get(f"${address}", params={"code": code})\n`
  );
};

const settings = 'BASE = "https://openapi.koreainvestment.com:9443"\nDESK = "https://desk.example.com"\n';

const yaml = (n: string): string =>
  Array.from({ length: 60 }, (_each, index) => `- name: job-${n}-${String(index)}\n  every: 5m # minutes\n`).join('');

/** The other kinds, in turn. */
const others: readonly (readonly [string, (n: string) => string])[] = [
  ['yaml', yaml],
  ['json', (n) => JSON.stringify(Array.from({ length: 100 }, (_each, index) => ({ code: `${n}${String(index)}` })))],
  ['sh', (n) => `#!/bin/sh\nset -e\n# nothing of a broker\n${`echo "job ${n}" >> "$LOG"\n`.repeat(60)}`],
];

const fileOf = (index: number): readonly [string, string] => {
  const folder = `desk/area${String(Math.floor(index / perFolder))}`;
  if (isSettings(index)) return [`${folder}/settings.py`, settings];
  const other = index % 4 === 3 && !isCaller(index) ? others[index % others.length] : undefined;
  if (other === undefined) return [`${folder}/part${String(index)}.py`, python(index)];
  return [`${folder}/part${String(index)}.${other[0]}`, other[1](String(index))];
};

export interface Project {
  readonly root: string;
  readonly bytes: number;
  /** Places that an audit has to find. */
  readonly places: number;
}

/** A repository of a trading desk, most of it Python. */
export const writeProject = async (files: number): Promise<Project> => {
  const root = await mkdtemp(join(tmpdir(), 'hub-bench-audit-'));
  let bytes = 0;
  let places = 0;
  for (let index = 0; index < files; index += 1) {
    const [path, text] = fileOf(index);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    bytes += Buffer.byteLength(text);
    if (isSettings(index) || isCaller(index)) places += 1;
  }
  const git = (...words: string[]): Promise<unknown> => promisify(execFile)('git', words, { cwd: root });
  await git('init', '-q');
  await git('add', '.');
  return { root, bytes, places };
};
