import { brokerByShape, brokerNames, brokerSdks, pythonSdks, type Broker } from 'eslint-plugin-api-hub/evidence';

import type { Found } from './inspect.js';
import type { Language } from './language.js';

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

/** What a project says of itself is not what it needs. */
const ownWords =
  /^\s*"?(?:name|description|authors?|maintainers|keywords|classifiers|homepage|repository|readme|include|packages|version|urls?)"?\s*[=:(]/;

/** Lines that go on for longer than this were written by a program. */
const longestLine = 200;

/** From the beginning of its line on; of an endless line its last part, so that many matches in it cost no more than one each. */
const lineBefore = (source: string, at: number): string => {
  const near = source.slice(Math.max(0, at - longestLine), at);
  const start = near.lastIndexOf('\n') + 1;
  return start === 0 && at > longestLine ? `…${near}` : near.slice(start);
};

/** All that a pattern names; its first group is the name. */
const named = (source: string, pattern: RegExp): Named[] =>
  [...source.matchAll(pattern)].flatMap(({ 0: all, 1: name = '', index }) => {
    return ownWords.test(lineBefore(source, index) + all) ? [] : [{ name, offset: index + all.indexOf(name) }];
  });

/** `requests==2.32`, `python-kis[ws]>=2 ; …`, `git+https://host/owner/python-kis.git@v2`. */
const requirement = /^[ \t]*(?:-e[ \t]+)?(?:git\+\S*\/)?([A-Za-z0-9][\w.-]*?)(?:\.git)?(?=[\s[<>=~!;@#]|$)/gm;
const tomlKey = /^[ \t]*"?([A-Za-z0-9][\w.-]*)"?[ \t]*=[ \t]*["{]/gm;
const inList = /["']([A-Za-z0-9][\w.-]*)(?:\[[\w,]*\])?[ \t]*(?:[<>=~!;][^"'\n]*)?["']/g;
const required = /^[ \t]*(?:require[ \t]+)?[\w.-]+\/(?:[\w.-]+\/)*([\w.-]+?)(?:\/v\d+)?[ \t]+v\d/gm;
const coordinates = /["'][\w.-]+:([\w.-]+):[\w.$+-]+["']/g;
const dependency =
  /<dependency>[^<]*(?:<(?!artifactId|\/?dependency>)[^<>]*>[^<]*)*<artifactId>([\w.-]+)<\/artifactId>/g;
const installed = /\b(?:pip3?|uv|poetry|pipenv|conda|pdm)[ \t]+(?:pip[ \t]+)?(?:install|add)[ \t]+([^\n;&|"']+)/g;
const imported = /^[ \t]*(?:import|from)[ \t]+(\w+)/gm;

const fileNames: readonly (readonly [RegExp, readonly RegExp[]])[] = [
  [/^(?:requirements|constraints)[\w.-]*\.(?:txt|in)$/, [requirement]],
  [/^(?:pyproject\.toml|Pipfile)$/, [tomlKey, inList]],
  [/^(?:setup\.cfg|environment\.ya?ml)$/, [/^[ \t]*(?:-[ \t]*)?([A-Za-z0-9][\w.-]*)[ \t]*(?:[<>=~!;].*)?$/gm]],
  [/^setup\.py$/, [inList]],
  [/^go\.mod$/, [required]],
  [/\.(?:gradle|kts)$/, [coordinates]],
  [/^pom\.xml$/, [dependency]],
];

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

/** Packages that call a broker themselves: in lists of what is needed, where they are installed, where Python imports them. */
export const sdksIn = (path: string, source: string, { python }: Language): Found[] => {
  const base = path.split('/').at(-1) ?? '';
  const patterns = fileNames.find(([pattern]) => pattern.test(base))?.[1] ?? [];
  const listed = [
    ...patterns.flatMap((pattern) => named(source, pattern)),
    ...(base === 'package.json' ? npmPackages(source) : []),
  ];
  const commands = named(source, installed).flatMap(({ name, offset }) =>
    name.split(/\s+/).flatMap((word) => {
      const plain = /^(?:git\+\S*\/)?([A-Za-z0-9][\w.-]*?)(?:\.git)?(?:@.*|\[.*|[<>=~!].*)?$/.exec(word)?.[1];
      return plain === undefined ? [] : [{ name: plain, offset: offset + name.indexOf(word) }];
    }),
  );
  const packages = [...listed, ...commands].flatMap((each) => {
    const broker = brokerOfPackage(each.name);
    return broker === null ? [] : [found(each, broker)];
  });
  if (!python) return packages;
  // A module of the program's own may be called after the broker; these are those of packages.
  const modules = named(source, imported).flatMap((each) => {
    const broker =
      pythonSdks.find(({ module }) => module === each.name)?.broker ??
      (/^py_?\w/.test(each.name) ? brokerByShape(withoutPython(each.name)) : null);
    return broker === null ? [] : [found(each, broker)];
  });
  return [...packages, ...modules];
};
