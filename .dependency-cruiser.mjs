// Who may import whom. The tables below are the tree's own words: a folder (or a file of that name, until the noun has
// three files) is listed with everything below it that it may see. A noun that is missing here may import nothing.
// test/unit/architecture.test.ts proves that an upward arrow and a cycle are caught.

const inClient = {
  index: ['hub', 'error'],
  hub: [
    'service',
    'realtime',
    'broker',
    'request',
    'circuit',
    'coalesce',
    'vault',
    'ledger',
    'observe',
    'runtime',
    'error',
  ],
  guard: ['broker', 'runtime', 'error'],
  testing: ['broker', 'request', 'vault', 'ledger', 'runtime', 'error'], // contracts only: see the rule on implementations
  service: ['broker', 'request', 'vault', 'ledger', 'runtime', 'error'],
  realtime: ['broker', 'request', 'vault', 'ledger', 'runtime', 'error'],
  broker: ['request', 'vault', 'ledger', 'runtime', 'error'],
  request: ['circuit', 'coalesce', 'vault', 'ledger', 'observe', 'runtime', 'error'],
  circuit: ['runtime', 'error'],
  observe: ['runtime', 'error'],
  coalesce: ['ledger', 'runtime', 'error'],
  vault: ['ledger', 'runtime', 'error'],
  ledger: ['runtime', 'error'],
  runtime: ['error'],
  error: [],
};

const inWorker = {
  index: ['process', 'sentinel', 'backfill', 'calendar', 'job', 'status', 'queue', 'error'],
  process: ['sentinel', 'backfill', 'job', 'status', 'window', 'queue', 'error'],
  sentinel: ['backfill', 'queue', 'error'],
  calendar: ['queue', 'error'],
  backfill: ['window', 'queue', 'error'],
  job: ['window', 'queue', 'error'],
  window: ['queue', 'error'],
  status: ['queue', 'error'],
  queue: ['error'],
  error: [],
};

const inStore = {
  index: [
    'store',
    'verify',
    'raw',
    'export',
    'ingest',
    'hole',
    'query',
    'coverage',
    'calendar',
    'migration',
    'database',
    'error',
  ],
  store: [
    'verify',
    'raw',
    'export',
    'ingest',
    'hole',
    'query',
    'coverage',
    'calendar',
    'migration',
    'database',
    'error',
  ],
  'duckdb-async': ['database', 'error'],
  verify: ['raw', 'query', 'calendar', 'migration', 'database', 'error'],
  raw: ['export', 'calendar', 'database', 'error'],
  export: ['query', 'coverage', 'calendar', 'database', 'error'],
  ingest: ['query', 'coverage', 'calendar', 'database', 'error'],
  hole: ['coverage', 'calendar', 'database', 'error'],
  query: ['database', 'error'],
  coverage: ['calendar', 'database', 'error'],
  calendar: ['database', 'error'],
  migration: ['database', 'error'],
  database: ['error'],
  error: [],
};

const inCli = {
  main: ['command', 'terminal', 'error'],
  command: ['audit', 'redis', 'terminal', 'error'],
  audit: ['error'],
  redis: ['error'],
  terminal: ['error'],
  error: [],
};

const inSim = {
  index: ['server', 'limit', 'account', 'market', 'fault', 'wire'],
  server: ['limit', 'account', 'market', 'fault', 'wire'],
  limit: ['wire'],
  account: ['wire'],
  market: ['wire'],
  fault: ['wire'],
  wire: [],
};

const inPlugin = {
  index: ['presets', 'rules', 'manifest'],
  presets: ['rules'],
  rules: ['create-rule', 'files', 'graph', 'fix', 'sink', 'evidence', 'value', 'ast'],
  fix: ['sink', 'evidence', 'value', 'ast'],
  sink: ['evidence', 'value', 'ast'],
  evidence: [],
  graph: ['evidence', 'ast'],
  value: ['graph', 'ast'],
  ast: [],
  'create-rule': ['manifest'],
  files: [],
  manifest: [],
  sarif: ['manifest'], // a door of its own
  ratchet: [], // a command of its own, beside ESLint
};

const folders = {
  'packages/client': inClient,
  'packages/worker': inWorker,
  'packages/store': inStore,
  'packages/cli': inCli,
  'packages/broker-sim': inSim,
  'eslint-plugin-api-hub': inPlugin,
};

/** Which packages of ours the source of a package may use. bench, tests and examples may use them all. */
const packages = {
  client: [],
  store: [],
  'broker-sim': [],
  worker: ['client', 'store'],
  cli: ['client', 'store', 'worker', 'broker-sim'],
};

const either = (names) => `(${names.join('|')})`;
const noun = (source, names) => `${source}${either(names)}(/|[.]ts$)`;
const orNothing = (names) => (names.length === 0 ? 'nothing' : names.join(', '));

const directionsWithin = ([folder, nouns]) => {
  const name = folder.replace('packages/', '');
  const source = `^${folder}/src/`;
  const rules = Object.entries(nouns).map(([from, below]) => ({
    name: `${name}/${from}`,
    comment: `${from} may import ${orNothing(below)}.`,
    severity: 'error',
    from: { path: noun(source, [from]) },
    to: {
      path: source,
      pathNot: noun(source, [from, ...below]),
      ...(from === 'index' && { dependencyTypesNot: ['type-only'] }), // the door may name any type
    },
  }));
  return [
    ...rules,
    {
      name: `${name}/unknown-folder`,
      comment: 'This noun has no place in the tree yet: add it to the table in .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: source, pathNot: noun(source, Object.keys(nouns)) },
      to: { path: source },
    },
  ];
};

const directionsBetween = ([name, allowed]) => {
  const forbidden = Object.keys(packages).filter((other) => other !== name && !allowed.includes(other));
  return {
    name: `packages/${name}`,
    comment: `@hub/${name} may use ${orNothing(allowed)} of ours.`,
    severity: 'error',
    from: { path: `^packages/${name}/src/` },
    to: { path: `(^packages|@hub)/${either([...forbidden, 'bench'])}(/|$)` },
  };
};

const implementation = '^packages/client/src/(ledger|vault|coalesce|circuit)/(redis|memory)(/|[.]ts$)';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Modules that need each other are one module, or a third one is missing. Type imports do not count.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(folders).flatMap(directionsWithin),
    ...Object.entries(packages).map(directionsBetween),
    {
      name: 'eslint-plugin-api-hub',
      comment: 'The plugin may use nothing of ours: it runs in projects that have only the plugin.',
      severity: 'error',
      from: { path: '^eslint-plugin-api-hub/src/' },
      to: { path: '(^packages|@hub)/|^bench/' },
    },
    {
      name: 'rules-apart',
      comment: 'A rule knows no other rule; what two of them need belongs to sink/, evidence/, value/ or ast/.',
      severity: 'error',
      from: { path: '^eslint-plugin-api-hub/src/rules/' },
      to: { path: '^eslint-plugin-api-hub/src/rules/' },
    },
    {
      name: 'published-entry-points',
      comment: 'Another package is reached by its name (@hub/…), through its exports map.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/[^/]+/(src|test)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'published-entry-points-from-outside',
      comment: 'Another package is reached by its name (@hub/…), through its exports map.',
      severity: 'error',
      from: { path: '^(bench|test|examples)/' },
      to: { path: '^(packages/[^/]+|eslint-plugin-api-hub)/(src|test)/' },
    },
    {
      name: 'source-without-tests',
      comment: 'Source never imports test code.',
      severity: 'error',
      from: { path: '/src/' },
      to: { path: '(^|/)test/|[.]test[.]ts$' },
    },
    {
      name: 'implementations-from-hub-only',
      comment: 'Neighbours import the contract; hub/ alone chooses between redis and memory.',
      severity: 'error',
      from: { path: '^packages/client/src/', pathNot: [implementation, '^packages/client/src/hub(/|[.]ts$)'] },
      to: { path: implementation },
    },
    {
      name: 'implementations-apart',
      comment: 'An implementation knows its contract and the parts below it, not another implementation.',
      severity: 'error',
      from: { path: implementation },
      to: { path: implementation, pathNot: '^packages/client/src/$1/$2(/|[.]ts$)' },
    },
    {
      name: 'brokers-apart',
      comment: 'KIS and Kiwoom know nothing of each other; what they share belongs to broker/ or request/.',
      severity: 'error',
      from: { path: '^packages/client/src/broker/(kis|kiwoom)(/|[.]ts$)' },
      to: {
        path: '^packages/client/src/broker/(kis|kiwoom)(/|[.]ts$)',
        pathNot: '^packages/client/src/broker/$1(/|[.]ts$)',
      },
    },
  ],
  options: {
    tsPreCompilationDeps: 'specify', // type imports are seen, and told apart from value imports
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: '^(node:|.*/node_modules/(?!@hub/))' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  },
};
