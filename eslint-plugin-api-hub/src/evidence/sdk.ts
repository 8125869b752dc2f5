import type { Broker } from './hosts.js';

/** A package of npm that calls a broker itself. */
export interface BrokerSdk {
  readonly name: string;
  readonly broker: Broker;
  readonly source: string;
  /** Day on which the source was read. */
  readonly seen: string;
}

/** Packages on npm that call a broker themselves. Add one with where it was found; a guess is not a source. */
export const brokerSdks: readonly BrokerSdk[] = [
  {
    name: 'nest-wrapper-kiwoom',
    broker: 'kiwoom',
    source: 'npm, 0.117.0; repository gong-yeongbin/nest-wrapper-kiwoom, 29f6fc5',
    seen: '2026-11-27',
  },
];

/** The same of Python, where a package and its module may have two names. */
export interface PythonSdk {
  /** As `pip install` knows it. */
  readonly distribution: string;
  /** As `import` knows it. */
  readonly module: string;
  readonly broker: Broker;
  readonly source: string;
  readonly seen: string;
}

/** Packages of Python that call a broker themselves. */
export const pythonSdks: readonly PythonSdk[] = [
  {
    ...{ distribution: 'python-kis', module: 'pykis', broker: 'kis' },
    ...{ source: 'repository Soju06/python-kis', seen: '2026-11-23' },
  },
  {
    ...{ distribution: 'mojito2', module: 'mojito', broker: 'kis' },
    ...{ source: 'repository sharebook-kr/mojito', seen: '2026-11-23' },
  },
  {
    ...{ distribution: 'kis-agent', module: 'kis_agent', broker: 'kis' },
    ...{ source: 'repository unohee/kis-agent', seen: '2026-11-23' },
  },
];

const words: Readonly<Record<Broker, ReadonlySet<string>>> = {
  kis: new Set(['kis', 'koreainvestment', 'hantoo']),
  kiwoom: new Set(['kiwoom']),
};
const mayNameBroker = new RegExp(
  Object.values(words)
    .flatMap((each) => [...each])
    .join('|'),
  'i',
);
const does = new Set(
  'api apis bot broker client connector openapi plus rest sdk socket stream trade trader trading websocket wrapper ws'.split(
    ' ',
  ),
);
const onlyDescribes = new Set(['types', 'schema', 'codes', 'mock', 'fixtures', 'icons', 'theme']);

/** A package whose name says that it calls a broker: `kiwoom-openapi`, `@acme/kis-client`, `node-kiwoom`. */
export const brokerByShape = (name: string): Broker | null => {
  if (!mayNameBroker.test(name)) return null; // nearly all
  const parts = name
    .toLowerCase()
    .split(/[-_./@]+/)
    .filter((part) => part !== '');
  if (parts.some((part) => onlyDescribes.has(part))) return null;
  const broker = (['kis', 'kiwoom'] as const).find((each) => parts.some((part) => words[each].has(part)));
  if (broker === undefined) return null;
  const alone = parts.every((part) => words[broker].has(part) || part === 'node' || part === 'nest');
  return alone || parts.some((part) => does.has(part)) ? broker : null;
};

const told = [...Object.values(words).flatMap((each) => [...each]), ...brokerSdks.map(({ name }) => name)];

/** A word that every file holds that names one of these packages, unless it is written in escapes. */
export const mayNameSdk = (source: string): boolean => {
  const lower = source.toLowerCase();
  return told.some((word) => lower.includes(word)) || /\\[ux]/.test(source);
};
