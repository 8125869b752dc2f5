// Makes the endpoint tables and types of @hub/client and the list of the simulator from the registries in registry/, which are
// copies of the brokers' own lists with their sources and dates; and what `hub explain` knows from docs/errors.md.
// `--check` writes nothing and fails when a generated module is out of date.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hubCodesModule } from './catalogue/hub-codes.mjs';
import { kisModules } from './catalogue/kis.mjs';
import { kiwoomModules } from './catalogue/kiwoom.mjs';
import { simModules } from './catalogue/sim.mjs';
import { writeGenerated } from './generated.mjs';
import { root } from './root.mjs';

const registry = (name) => JSON.parse(readFileSync(join(root, 'registry', `${name}-endpoints.json`), 'utf8'));
const home = (broker, file) => join(root, 'packages/client/src/broker', broker, file);

const registries = { kis: registry('kis'), kiwoom: registry('kiwoom') };
const simulator = (file) => join(root, 'packages/broker-sim/src/server', file);

const modules = [
  ...Object.entries(kisModules(registries.kis)).map(([file, text]) => [home('kis', file), text]),
  ...Object.entries(kiwoomModules(registries.kiwoom)).map(([file, text]) => [home('kiwoom', file), text]),
  ...Object.entries(simModules(registries)).map(([file, text]) => [simulator(file), text]),
  [
    join(root, 'packages/cli/src/command/hub-codes.generated.ts'),
    hubCodesModule(readFileSync(join(root, 'docs/errors.md'), 'utf8')),
  ],
];

writeGenerated(modules);
