// Checks the packages as a user would get them: packs each publishable one without running scripts, then asks publint
// and are-the-types-wrong about the tarball.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './root.mjs';

const exec = promisify(execFile);
const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/** What a failed command had to say, or nothing. */
const complaints = (tool, ...args) =>
  exec(join(root, 'node_modules', '.bin', tool), args, { cwd: root }).then(
    () => [],
    (error) => [`${error.stdout}${error.stderr}`.trim()],
  );

/** Files that nobody who installs the package has a use for. */
const strays = (files) => files.filter((file) => /(^|\/)test\/|[.]tsbuildinfo$|[.]env/.test(file));

const publishable = [
  ...readdirSync(join(root, 'packages')).map((name) => join('packages', name)),
  'eslint-plugin-api-hub',
];

const check = async (folder, destination) => {
  const args = ['pack', '--json', '--ignore-scripts', '--loglevel', 'error', '--pack-destination', destination];
  const { stdout } = await exec('npm', [...args, '-w', folder], { cwd: root });
  const [{ filename, files }] = Object.values(JSON.parse(stdout)); // npm 12 answers with an object, by package name
  const tarball = join(destination, filename);
  const stray = strays(files.map((file) => file.path));
  return [
    ...(stray.length === 0 ? [] : [`packs ${stray.join(', ')}: narrow "files" in package.json`]),
    ...(await complaints('publint', 'run', tarball, '--strict')),
    ...(await complaints('attw', tarball, '--profile', 'esm-only', '--no-definitely-typed')),
  ];
};

const destination = mkdtempSync(join(tmpdir(), 'hub-pack-'));
try {
  for (const folder of publishable.sort()) {
    const { name, private: unpublished } = readJson(folder, 'package.json');
    if (unpublished === true) continue;
    console.log(name);
    for (const complaint of await check(folder, destination)) {
      console.error(`\n${name}: ${complaint}\n`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(destination, { recursive: true, force: true });
}
