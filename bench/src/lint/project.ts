import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `usual`: a tenth of the files call a broker, and each imports any other, so that every file reaches one who does: no code base is
 * that bad. `layered`: as many calls, but imports lead down, and the lower two fifths know of no broker; three fifths of the files reach
 * one, as in the code of this repository (58 to 100 % of a package, and it is about nothing else). `crossing`: every file calls something,
 * and its address comes from another file.
 */
export const kinds = ['usual', 'layered', 'crossing'] as const;
export type Kind = (typeof kinds)[number];

const installed = fileURLToPath(new URL('../../../node_modules', import.meta.url));
/** Files of a folder; each has a module of settings of its own. */
const perFolder = 20;

const folderOf = (index: number): string => `src/area${String(Math.floor(index / perFolder))}`;
const fileOf = (index: number): string => `${folderOf(index)}/part${String(index)}.js`;
const isSettings = (index: number): boolean => index % perFolder === 0;

/** Where a file stands: `low` files know of no broker, and import from below alone. */
interface Place {
  readonly index: number;
  readonly count: number;
  readonly kind: Kind;
}
const lowShare = 0.4;
const isLow = ({ index, count, kind }: Place): boolean => kind === 'layered' && index < count * lowShare;
/** A tenth of all files, wherever they may stand. */
const callsBroker = (place: Place): boolean =>
  place.kind === 'layered' ? !isLow(place) && place.index % 6 === 5 : place.index % 10 === 5;

/** The file that another imports a function of. */
const importedBy = ({ index, count, kind }: Place): number => {
  if (kind !== 'layered') return (index * 7 + 3) % count;
  // The very first file imports itself, which does nothing.
  return isLow({ index, count, kind }) ? Math.floor(index / 2) : index - 1 - (index % 7);
};

/** The folder whose settings a file uses. `crossing` and `usual` look into that of another: no settings are near the call. */
const settingsOf = ({ index, count, kind }: Place): number => {
  const folder = Math.floor(index / perFolder);
  return kind === 'layered' ? Math.floor(folder / 2) : (folder * 3 + 1) % Math.ceil(count / perFolder);
};

const settings = (place: Place): string[] => {
  const broker = place.index % 3 === 0 && !isLow(place);
  return [
    `export const ownBase = process.env.OWN_BASE ?? 'https://desk.example.com';`,
    `const brokerHost = '${broker ? 'openapi.koreainvestment.com:9443' : 'intranet.example.com'}';`,
    'export const addresses = { desk: `${ownBase}/v1`, quotes: `https://${brokerHost}`, news: "https://news.example.com" };',
    'export const addressOf = (name) => addresses[name] ?? ownBase;',
  ];
};

const call = (place: Place): string[] => {
  const { index, kind } = place;
  if (kind === 'crossing') {
    const way = ['addresses.quotes', "addressOf('quotes')", 'ownBase', "addressOf('news')"][index % 4] ?? '';
    return [
      `export const load${String(index)} = async (code) => {`,
      `  const answer = await fetch(\`\${${way}}/quotes/\${code}\`, { headers: { accept: 'application/json' } });`,
      '  return answer.json();',
      '};',
    ];
  }
  if (callsBroker(place)) {
    return [
      "const base = 'https://openapi.koreainvestment.com:9443';",
      `export const load${String(index)} = async (code) => {`,
      '  const query = new URLSearchParams({ FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: code });',
      '  const answer = await fetch(`${base}/uapi/domestic-stock/v1/quotations/inquire-price?${query}`);',
      '  return answer.json();',
      '};',
    ];
  }
  return [
    `export const load${String(index)} = async (code) => fetch(\`/api/quotes/\${code}\`).then((each) => each.json());`,
  ];
};

const body = (n: string): string[] => [
  `const fees${n} = { buy: 0.00015, sell: 0.00195, least: 10 };`,
  `export class Book${n} {`,
  '  #entries = new Map();',
  '  constructor(name, entries = []) {',
  '    this.name = name;',
  '    for (const { code, count, price } of entries) this.add(code, count, price);',
  '  }',
  '  add(code, count, price) {',
  '    const before = this.#entries.get(code) ?? { count: 0, cost: 0 };',
  '    const cost = before.cost + count * price;',
  '    this.#entries.set(code, { count: before.count + count, cost });',
  '    if (count < 0 && before.count + count < 0) throw new RangeError(`${this.name}: ${code} is short`);',
  '    return this;',
  '  }',
  '  get value() {',
  '    let total = 0;',
  '    for (const { cost } of this.#entries.values()) total += cost;',
  `    return Math.max(fees${n}.least, total * (1 - fees${n}.sell));`,
  '  }',
  '}',
  `export function average${n}(candles, length = 20) {`,
  '  const sums = [];',
  '  let sum = 0;',
  '  candles.forEach(({ close }, at) => {',
  '    sum += close;',
  '    if (at >= length) sum -= candles[at - length].close;',
  '    sums.push(at + 1 < length ? undefined : sum / length);',
  '  });',
  '  return sums;',
  '}',
  `export const report${n} = async (codes, log = console.log) => {`,
  '  const rows = await Promise.all(codes.map(async (code) => {',
  `    const { price = 0, name = code } = await load${n}(code);`,
  `    return { name, price, fee: Math.max(fees${n}.least, price * fees${n}.buy) };`,
  '  }));',
  '  const sorted = rows.filter(({ price }) => price > 0).sort((a, b) => b.price - a.price);',
  '  switch (sorted.length) {',
  "    case 0: log('nothing to tell'); break;",
  '    default: for (const { name, price, fee } of sorted) log(`${name.padEnd(12)} ${price.toFixed(0)} ${fee}`);',
  '  }',
  '  return sorted.at(0)?.name ?? null;',
  '};',
];

const textOf = (place: Place): string => {
  const { index } = place;
  const n = String(index);
  const other = importedBy(place);
  const home = settingsOf(place);
  const lines = [
    "import { readFile } from 'node:fs/promises';",
    "import { join } from 'node:path';",
    ...(isSettings(index)
      ? settings(place)
      : [`import { addresses, addressOf, ownBase } from '../area${String(home)}/part${String(perFolder * home)}.js';`]),
    `import { average${String(other)} as smooth } from '../../${fileOf(other)}';`,
    '',
    ...call(place),
    ...body(n),
    `export const fromDisk${n} = async (folder) => smooth(JSON.parse(await readFile(join(folder, '${n}.json'), 'utf8')));`,
    ...(isSettings(index) ? [] : [`export const where${n} = [addresses.desk, addressOf('news'), ownBase];`]),
  ];
  return `${lines.join('\n')}\n`;
};

/** A project that imports across its folders, of files as people write them. */
export const writeProject = async (kind: Kind, count: number): Promise<{ root: string; lines: number }> => {
  const root = await mkdtemp(join(tmpdir(), 'hub-bench-lint-'));
  await symlink(installed, join(root, 'node_modules'));
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'desk', private: true, type: 'module' }));
  let lines = 0;
  for (let index = 0; index < count; index += 1) {
    const path = join(root, fileOf(index));
    const text = textOf({ index, count, kind });
    lines += text.split('\n').length - 1;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return { root, lines };
};
