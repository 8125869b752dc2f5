/** How the files of a family are written. */
export interface Language {
  readonly name: string;
  /** Whether strings need quotes: elsewhere every word is one. */
  readonly family: 'code' | 'words';
  /** What begins a comment up to the end of its line. */
  readonly lineComments: readonly string[];
  readonly blockComments: boolean;
  /** Python: `#`, prefixes of strings, docstrings, strings side by side. */
  readonly python: boolean;
  /** Only what names a host counts: a path alone is data there. */
  readonly data: boolean;
}

const code = { family: 'code', lineComments: ['//'], blockComments: true, python: false, data: false } as const;
const words = { family: 'words', lineComments: ['#'], blockComments: false, python: false, data: true } as const;

const languages = {
  python: { ...code, name: 'Python', lineComments: ['#'], blockComments: false, python: true },
  go: { ...code, name: 'Go' },
  java: { ...code, name: 'Java' },
  kotlin: { ...code, name: 'Kotlin' },
  csharp: { ...code, name: 'C#' },
  rust: { ...code, name: 'Rust' },
  json: { ...code, name: 'JSON', data: true },
  hashed: { ...code, name: 'Ruby, PHP, R', lineComments: ['#', '//'], blockComments: true },
  dashed: { ...code, name: 'SQL, Lua', lineComments: ['--'] },
  shell: { ...words, name: 'shell', data: false },
  batch: { ...words, name: 'batch', data: false, lineComments: ['#', 'REM ', 'rem ', '::'] },
  terraform: { ...words, name: 'Terraform', lineComments: ['#', '//'] },
  yaml: { ...words, name: 'YAML' },
  docker: { ...words, name: 'Dockerfile' },
  make: { ...words, name: 'Makefile' },
  http: { ...words, name: 'HTTP requests', lineComments: ['#', '//'], data: false },
  settings: { ...words, name: 'settings', lineComments: ['#', ';'] },
} as const satisfies Readonly<Record<string, Language>>;

const byExtension: Readonly<Record<string, Language>> = {
  ...{ py: languages.python, pyw: languages.python, pyi: languages.python, ipynb: languages.python },
  ...{ go: languages.go, java: languages.java, kt: languages.kotlin, kts: languages.kotlin, cs: languages.csharp },
  ...{ rs: languages.rust, gradle: languages.kotlin, groovy: languages.kotlin, scala: languages.kotlin },
  ...{ c: languages.go, h: languages.go, cc: languages.go, cpp: languages.go, hpp: languages.go, swift: languages.go },
  ...{ dart: languages.go, rb: languages.hashed, php: languages.hashed, r: languages.hashed, pl: languages.hashed },
  ...{ jl: languages.hashed, sql: languages.dashed, lua: languages.dashed },
  ...{ ps1: languages.batch, psm1: languages.batch, bat: languages.batch, cmd: languages.batch },
  ...{ tf: languages.terraform, hcl: languages.terraform, service: languages.settings, timer: languages.settings },
  ...{ json: languages.json, jsonc: languages.json, json5: languages.json },
  ...{ sh: languages.shell, bash: languages.shell, zsh: languages.shell, ksh: languages.shell },
  ...{ yml: languages.yaml, yaml: languages.yaml, dockerfile: languages.docker, mk: languages.make },
  ...{ http: languages.http, rest: languages.http },
  ...{ toml: languages.settings, ini: languages.settings, cfg: languages.settings, conf: languages.settings },
  ...{ properties: languages.settings, env: languages.settings, xml: languages.settings },
};

const byName: readonly (readonly [RegExp, Language])[] = [
  [/^(?:Dockerfile|Containerfile)(?:\..*)?$/i, languages.docker],
  [/^(?:GNU)?Makefile$/i, languages.make],
  [/^\.env(?:\..*)?$/, languages.settings],
  [/^\.?(?:bashrc|zshrc|profile|bash_profile|envrc)$/, languages.shell],
  [/^(?:Pipfile|Procfile|go\.mod)$/, languages.settings],
  [/^crontab$/, languages.shell],
];

const scripts = /\.[cm]?[jt]sx?$|\.(?:vue|svelte|astro)$/;

/** What ESLint reads: `eslint-plugin-api-hub` sees further there. */
export const isScript = (path: string): boolean => scripts.test(path);

const locked = /(?:^|[/.-])(?:lock|sum)(?:\.[\w]+)?$|(?:^|\/)(?:npm-shrinkwrap|pnpm-lock|package-lock)\.\w+$/;

/** `requirements.txt`, `requirements/prod.txt`. */
export const isRequirements = (path: string): boolean =>
  /(?:^|\/)(?:(?:requirements|reqs)\/[^/]+|(?:requirements|constraints)[\w.-]*)\.(?:txt|in)$/.test(path);

/** How a file is read; undefined when it is left alone: prose, lock files, pictures, what ESLint reads. */
export const languageOf = (path: string): Language | undefined => {
  if (locked.test(path)) return undefined;
  if (isRequirements(path)) return languages.settings;
  const name = path.split('/').at(-1) ?? '';
  const named = byName.find(([pattern]) => pattern.test(name))?.[1];
  if (named !== undefined) return named;
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  return extension === undefined || !Object.hasOwn(byExtension, extension) ? undefined : byExtension[extension];
};

/** A file without an extension says in its first line who reads it. */
export const languageOfFirstLine = (text: string): Language | undefined => {
  if (!text.startsWith('#!')) return undefined;
  const words = /^#!([^\n]*)/.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const [program, ...others] = words.map((word) => word.split('/').at(-1) ?? '');
  const reader = (program === 'env' ? others.find((word) => !word.startsWith('-')) : program) ?? '';
  if (/^python[\d.]*$/.test(reader)) return languages.python;
  return /^(?:ba|z|k|da)?sh$/.test(reader) ? languages.shell : undefined;
};

/** Whether its name says that it might begin so: without an extension, and not one of git's own. */
export const mayHaveFirstLine = (path: string): boolean => /(?:^|\/)[^./]+$/.test(path);

export const { python, shell } = languages;
