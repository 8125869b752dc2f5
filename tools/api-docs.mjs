// The reference of the public interface: every name that the packages export, from their sources, as HTML in docs/api. Whatever TypeDoc finds wrong is an error: a name without a word about it, a link that leads nowhere, a type
// that is used and neither offered nor on the list below.
//   --check   writes nothing
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Application, LogLevel } from 'typedoc';
import { endpointPages } from './api-docs/endpoint-pages.mjs';
import { hidden } from './api-docs/hidden.mjs';
import { root } from './root.mjs';

const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

const folders = [...readdirSync(join(root, 'packages')).map((name) => join('packages', name)), 'eslint-plugin-api-hub'];

const packages = folders.map((folder) => readJson(folder, 'package.json').name);

/** The source behind each specifier that a program can import, by path. */
const specifiers = new Map(
  folders.sort().flatMap((folder) => {
    const { name, exports } = readJson(folder, 'package.json');
    return Object.entries(exports).flatMap(([subpath, target]) => {
      if (target?.types === undefined) return [];
      const source = target.types.replace(/^[.]\/dist\/(.*)[.]d[.]ts$/, 'src/$1.ts');
      return [[join(folder, source), name + subpath.slice(1)]];
    });
  }),
);

/** Written for this run alone: TypeScript reads its programs, and TypeDoc its pages, from files. */
const work = join(root, 'node_modules', '.cache', 'api-docs');

const inWork = (path) => relative(work, join(root, path));

const prepare = async () => {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const tsconfig = {
    extends: relative(work, join(root, 'tsconfig.base.json')),
    compilerOptions: {
      ...{ noEmit: true, composite: false, declaration: false, declarationMap: false },
      // One program of all packages: through their built declarations each of them would be a stranger to the others.
      paths: Object.fromEntries([...specifiers].map(([path, specifier]) => [specifier, [inWork(path)]])),
    },
    files: [...specifiers.keys()].map(inWork),
  };
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify(tsconfig));
  const pages = await endpointPages();
  for (const [name, text] of pages) writeFileSync(join(work, name), text);
  return pages.map(([name]) => join(work, name));
};

const checks = {
  notDocumented: true,
  invalidLink: true,
  invalidPath: true,
  rewrittenLink: true,
  unusedMergeModuleWith: true,
};
const none = Object.fromEntries(Object.keys(checks).map((name) => [name, false]));

/** TypeDoc looks for types that are used and not offered in one package alone, so each has its turn. */
const validate = (app, project) => {
  app.validate(project);
  app.options.setValue('validation', { ...none, notExported: true });
  for (const name of packages) {
    project.packageName = name;
    app.options.setValue('intentionallyNotExported', hidden[name] ?? []);
    app.validate(project);
  }
  project.packageName = undefined;
};

const convert = async (projectDocuments) => {
  const app = await Application.bootstrap({
    name: 'API Hub',
    entryPoints: [...specifiers.keys()].map((path) => join(root, path)),
    tsconfig: join(work, 'tsconfig.json'),
    skipErrorChecking: true, // the build has done it
    projectDocuments,
    readme: 'none',
    // Declarations have no lines that a reader would want to see, and the paths of this machine are nobody's business.
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    excludeProtected: true,
    includeVersion: false,
    hideGenerator: true,
    sort: ['source-order'],
    navigation: { includeGroups: false, includeFolders: false },
    requiredToBeDocumented: ['Enum', 'Variable', 'Function', 'Class', 'Interface', 'Method', 'TypeAlias', 'Accessor'],
    packagesRequiringDocumentation: packages,
    validation: { ...checks, notExported: false },
    logLevel: LogLevel.Warn,
  });
  const project = await app.convert();
  if (project === undefined) return { app };
  for (const [path, specifier] of specifiers) {
    const base = path.replace(/([/]index)?[.]ts$/, '');
    const found = project.children?.find(({ name }) => name === base);
    if (found === undefined) throw new Error(`no module ${base} among ${project.children?.map(({ name }) => name)}`);
    found.name = specifier;
  }
  validate(app, project);
  return { app, project };
};

const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
const { app, project } = await convert(await prepare());
if (project !== undefined && !check) await app.generateDocs(project, join(root, 'docs', 'api'));
process.exitCode = project === undefined || app.logger.hasErrors() || app.logger.hasWarnings() ? 1 : 0;
