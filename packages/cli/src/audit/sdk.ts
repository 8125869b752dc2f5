import { brokerByShape, brokerNames, brokerSdks, pythonSdks, type Broker } from 'eslint-plugin-api-hub/evidence';

import type { Found } from './inspect.js';
import { isRequirements, type Language } from './language.js';

/** `python-kis` and `pykis` are to Python what `kis` is elsewhere. */
const withoutPython = (name: string): string => name.toLowerCase().replace(/^py(?:thon)?[-_]?/, '');

const listedSdks: ReadonlyMap<string, Broker> = new Map([
  ...pythonSdks.map(({ distribution, broker }) => [distribution, broker] as const),
  ...brokerSdks.map(({ name, broker }) => [name, broker] as const),
]);

const brokerOfPackage = (name: string): Broker | null => {
  const lower = name.toLowerCase().replaceAll('_', '-');
  return listedSdks.get(lower) ?? brokerByShape(withoutPython(lower));
};

interface Named {
  readonly name: string;
  readonly offset: number;
}

const found = ({ name, offset }: Named, broker: Broker): Found => ({
  ...{ rule: 'broker-sdk', offset, message: `${name} calls ${brokerNames[broker]} itself` },
  remedy: 'Take it out: its calls know nothing of the shared quota and token.',
});

/** All that a pattern names; its first group is the name. */
const named = (source: string, pattern: RegExp): Named[] =>
  [...source.matchAll(pattern)].map(({ 0: all, 1: name = '', index }) => ({ name, offset: index + all.indexOf(name) }));

/** Lists of what is needed, in the tables that hold them; the rest is blanked, so that places stay. */
const onlyNeeds = (source: string): string => {
  let table = '';
  let inList = false;
  return source
    .split('\n')
    .map((line) => {
      const [, header] = /^\s*\[+([^\]\n]+)\]+/.exec(line) ?? [];
      if (header !== undefined) {
        table = header.trim();
        inList = false;
        return ' '.repeat(line.length);
      }
      const isTable =
        /(?:^|[.-])(?:dependencies|packages)$|^dependency-groups$|^project\.optional-dependencies$|^dev-packages$/.test(
          table,
        );
      if (/^\s*(?:dependencies|requires|install_requires)\s*=/.test(line)) inList = true;
      const kept = isTable || inList;
      if (inList && /\]\s*(?:#.*)?\r?$/.test(line)) inList = false;
      return kept ? line : ' '.repeat(line.length);
    })
    .join('\n');
};

/** `requests==2.32`, `python-kis[ws]>=2 ; …`, `git+https://host/owner/python-kis.git@v2`. */
const requirement = /^[ \t]*(?:-e[ \t]+)?(?:git\+\S*\/)?([A-Za-z0-9][\w.-]*?)(?:\.git)?(?=[\s[<>=~!;@#]|$)/gm;
const tomlKey = /^[ \t]*"?([A-Za-z0-9][\w.-]*)"?[ \t]*=[ \t]*["{]/gm;
const inList = /["']([A-Za-z0-9][\w.-]*)(?:\[[\w,]*\])?[ \t]*(?:[<>=~!;][^"'\n]*)?["']/g;
const required = /^[ \t]*(?:require[ \t]+)?[\w.-]+\/(?:[\w.-]+\/)*([\w.-]+?)(?:\/v\d+)?[ \t]+v\d/gm;
const coordinates = /["'][\w.-]+:([\w.-]+):[\w.$+-]+["']/g;
const artifact = /<artifactId>([\w.-]+)<\/artifactId>/;
const installed =
  /\b(?:pip3?|uv|poetry|pipenv|conda|pdm)[ \t]+(?:pip[ \t]+)?(?:install|add)[ \t]+((?:\\\r?\n|[^\n;&|])+)/g;
const installedInList = /["']pip3?["'],[ \t]*["']install["'],([^\]\n]+)\]/g;
const imported = /^[ \t]*(?:from[ \t]+(\w+)|import[ \t]+([\w., \t]+))/gm;

const fileNames: readonly (readonly [RegExp, readonly RegExp[]])[] = [
  [/^(?:pyproject\.toml|Pipfile)$/, [tomlKey, inList]],
  [/^(?:setup\.cfg|environment\.ya?ml)$/, [/^[ \t]*(?:-[ \t]*)?([A-Za-z0-9][\w.-]*)[ \t]*(?:[<>=~!;].*)?$/gm]],
  [/^setup\.py$/, [inList]],
  [/^go\.mod$/, [required]],
  [/\.(?:gradle|kts)$/, [coordinates]],
];

/** What a build of Maven needs, not what it makes. */
const mavenPackages = (source: string): Named[] => {
  let at = 0;
  return source.split('<dependency>').flatMap((piece, index) => {
    const from = at;
    at += piece.length + '<dependency>'.length;
    const match = index === 0 ? null : artifact.exec(piece.split('</dependency>')[0] ?? '');
    return match?.[1] === undefined ? [] : [{ name: match[1], offset: from + match.index }];
  });
};

/** The keys of what a package.json wants installed. */
const npmPackages = (source: string): Named[] => {
  let given: unknown;
  try {
    given = JSON.parse(source);
  } catch {
    return []; // npm would not read it either
  }
  if (typeof given !== 'object' || given === null) return [];
  const lists = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
  return Object.entries(given)
    .filter(([key]) => lists.some((each) => each === key))
    .flatMap(([, packages]) => Object.keys((packages ?? {}) as object))
    .filter((name) => brokerOfPackage(name) !== null)
    .map((name) => ({ name, offset: Math.max(0, source.indexOf(`"${name}"`)) }));
};

/** `import a, b.c as d`, `from a import b`: the modules that are asked for. */
const importsIn = (source: string): Named[] =>
  [...source.matchAll(imported)].flatMap(({ 0: all, 1: one, 2: several, index }) =>
    (one ?? several ?? '').split(',').flatMap((item) => {
      const name = /^\s*(\w+)/.exec(item)?.[1];
      return name === undefined ? [] : [{ name, offset: index + Math.max(0, all.indexOf(name)) }];
    }),
  );

/** Packages that call a broker themselves: in lists of what is needed, where they are installed, where Python imports them. */
export const sdksIn = (path: string, source: string, { python }: Language): Found[] => {
  const base = path.split('/').at(-1) ?? '';
  const patterns = isRequirements(path)
    ? [requirement]
    : (fileNames.find(([pattern]) => pattern.test(base))?.[1] ?? []);
  const lists = /^(?:pyproject\.toml|Pipfile)$/.test(base) ? onlyNeeds(source) : source;
  const listed = [
    ...patterns.flatMap((pattern) => named(lists, pattern)),
    ...(base === 'package.json' ? npmPackages(source) : []),
    ...(base === 'pom.xml' ? mavenPackages(source) : []),
  ];
  const commands = [...named(source, installed), ...named(source, installedInList)].flatMap(({ name, offset }) =>
    [...name.matchAll(/[^\s"',\\]+/g)].flatMap(({ 0: word, index }) => {
      const plain = /^(?:git\+\S*\/)?([A-Za-z0-9][\w.-]*?)(?:\.git)?(?:@.*|\[.*|[<>=~!].*)?$/.exec(word)?.[1];
      return plain === undefined ? [] : [{ name: plain, offset: offset + index }];
    }),
  );
  const packages = [...listed, ...commands].flatMap((each) => {
    const broker = brokerOfPackage(each.name);
    return broker === null ? [] : [found(each, broker)];
  });
  if (!python) return packages;
  // A module of the program's own may be called after the broker; these are those of packages.
  const modules = importsIn(source).flatMap((each) => {
    const broker =
      pythonSdks.find(({ module }) => module === each.name)?.broker ??
      (/^py_?\w/.test(each.name) ? brokerByShape(withoutPython(each.name)) : null);
    return broker === null ? [] : [found(each, broker)];
  });
  return [...packages, ...modules];
};
