// Makes the endpoint tables and types of @hub/client and the list of the simulator from the registries in registry/, which are
// copies of the brokers' own lists with their sources and dates; the operations that the linter knows; and from docs/errors.md what `hub explain`
// knows and the page of each code.
// `--check` writes nothing and fails when a generated module is out of date.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorPages } from './catalogue/error-pages.mjs';
import { hubCodesModule } from './catalogue/hub-codes.mjs';
import { kisModules } from './catalogue/kis.mjs';
import { kiwoomModules } from './catalogue/kiwoom.mjs';
import { lintModule } from './catalogue/lint.mjs';
import { simModules } from './catalogue/sim.mjs';
import { writeGenerated } from './generated.mjs';
import { root } from './root.mjs';

const registry = (name) => JSON.parse(readFileSync(join(root, 'registry', `${name}.json`), 'utf8'));
const home = (broker, file) => join(root, 'packages/client/src/broker', broker, file);

const registries = { kis: registry('kis-endpoints'), kiwoom: registry('kiwoom-endpoints') };
const facts = registry('endpoint-facts');
const simulator = (file) => join(root, 'packages/broker-sim/src/server', file);

const errorIndex = readFileSync(join(root, 'docs/errors.md'), 'utf8');

const modules = [
  ...Object.entries(kisModules(registries.kis, facts.kis)).map(([file, text]) => [home('kis', file), text]),
  ...Object.entries(kiwoomModules(registries.kiwoom, registry('kiwoom-aliases'), facts.kiwoom)).map(([file, text]) => [
    home('kiwoom', file),
    text,
  ]),
  ...Object.entries(simModules(registries)).map(([file, text]) => [simulator(file), text]),
  [join(root, 'eslint-plugin-api-hub/src/evidence/operations.generated.ts'), lintModule(registries)],
  [join(root, 'packages/cli/src/command/hub-codes.generated.ts'), hubCodesModule(errorIndex)],
  ...errorPages(errorIndex),
];

writeGenerated(modules);
