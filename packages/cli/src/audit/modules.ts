import { dirname, join } from 'node:path/posix';

import { python } from './language.js';
import type { Search } from './inspect.js';
import { mayMatter, read } from './inspect.js';
import type { Values } from './values.js';

const fromImport = /^[ \t]*from[ \t]+(\.*)((?:\w[\w.]*)?)[ \t]+import[ \t]+(?:\(([^()=:]{0,4000})\)|([^\n#]*))/gm;
const imports = /^[ \t]*(?:from|import)\b/m;
const plainImport = /^[ \t]*import[ \t]+([\w.]+)(?:[ \t]+as[ \t]+(\w+))?/gm;

/** Reads a file of the audited project by its path; null when it is none of them. */
export type ReadModule = (path: string) => Promise<string | null>;

const nothing: Values = new Map();

/** What a Python file knows through its imports of the project's own modules. */
export class PythonModules {
  readonly #known = new Map<string, Values>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly readModule: ReadModule,
    private readonly search: Search,
  ) {}

  /** Values by the names that they have in this file. */
  async importedBy(path: string, source: string): Promise<Values> {
    if (!imports.test(source)) return nothing;
    // One file after the other: another one would take a module that is still being read for an empty one.
    const turn = this.#turn.then(() => this.#importedBy(path, source));
    this.#turn = turn.catch(() => undefined); // who asked hears of it
    return turn;
  }

  async #importedBy(path: string, source: string): Promise<Values> {
    if (!imports.test(source)) return nothing;
    const values = new Map<string, string>();
    for (const [, dots = '', module = '', listed, rest] of source.matchAll(fromImport)) {
      const exported = await this.#find(path, dots, module);
      for (const item of (listed ?? rest ?? '').split(',')) {
        const [, name = '', alias] = /^\s*(\w+|\*)(?:\s+as\s+(\w+))?\s*(?:#.*)?$/.exec(item) ?? [];
        if (name === '*') for (const [each, value] of exported) values.set(each, value);
        const value = exported.get(name);
        if (value !== undefined) values.set(alias ?? name, value);
        else if (name !== '' && name !== '*') await this.#add(values, alias ?? name, path, dots, `${module}.${name}`);
      }
    }
    for (const [, module = '', alias] of source.matchAll(plainImport)) {
      await this.#add(values, alias ?? module, path, '', module);
    }
    return values;
  }

  /** `import config` → `config.BASE`. */
  async #add(to: Map<string, string>, name: string, path: string, dots: string, module: string): Promise<void> {
    for (const [each, value] of await this.#find(path, dots, module)) to.set(`${name}.${each}`, value);
  }

  async #find(path: string, dots: string, module: string): Promise<Values> {
    const below = module
      .split('.')
      .filter((part) => part !== '')
      .join('/');
    if (below === '') return nothing;
    const own = dirname(path);
    let at = own;
    for (let up = 1; up < dots.length; up += 1) at = dirname(at);
    // Where a program is started from is not known: its own folder and those above are looked through.
    const homes = dots === '' ? parentsOf(own) : [at];
    for (const home of homes) {
      for (const each of [`${below}.py`, `${below}/__init__.py`]) {
        const file = join(home, each);
        if (file === path) continue;
        const values = await this.#valuesOf(file);
        if (values !== null) return values;
      }
    }
    return nothing;
  }

  async #valuesOf(path: string): Promise<Values | null> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const source = await this.readModule(path);
    if (source === null) return null;
    // Two modules that import each other find nothing in each other.
    this.#known.set(path, nothing);
    const imported = await this.#importedBy(path, source);
    const matters = imported.size > 0 || mayMatter(source, this.search);
    const all = matters ? read(source, python, imported, this.search).values : nothing;
    // What has no word of a broker in it makes nobody who imports it worth a look.
    const values = new Map([...all].filter(([, value]) => mayMatter(value, this.search)));
    this.#known.set(path, values);
    return values;
  }
}

const parentsOf = (folder: string): readonly string[] => {
  const all = [folder];
  for (let at = folder; at !== '.' && at !== '/'; at = dirname(at)) all.push(dirname(at));
  return all;
};
