import { defineConfig } from 'eslint/config';
import apiHub from 'eslint-plugin-api-hub';
import tseslint from 'typescript-eslint';

/** Another package of ours is reached by its name only. */
const deepImports = {
  group: ['@hub/*/src', '@hub/*/src/**', '@hub/*/dist', '@hub/*/dist/**'],
  message: 'Import a published entry point of the package.',
};

/** Time and chance have one door in the client, so that tests can hold both. */
const useTheClock = 'Take it from the Clock or Random of runtime/, so that tests can hold it.';
const timers = ['setTimeout', 'setInterval'];
const timeAndChance = [
  ['Date', 'now'],
  ['performance', 'now'],
  ['Math', 'random'],
  ['AbortSignal', 'timeout'],
  ...timers.map((timer) => ['globalThis', timer]),
].map(([object, property]) => ({ object, property, message: useTheClock }));
const timerModules = [
  'node:timers',
  'node:timers/promises',
  'node:perf_hooks',
  'timers',
  'timers/promises',
  'perf_hooks',
];

const nodeGlobals = [
  ...[
    'AbortController',
    'AbortSignal',
    'Buffer',
    'URL',
    'URLSearchParams',
    'console',
    'fetch',
    'performance',
    'process',
  ],
  ...[
    'clearInterval',
    'clearTimeout',
    'queueMicrotask',
    'setImmediate',
    'setInterval',
    'setTimeout',
    'structuredClone',
  ],
];

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/*.generated.ts', 'coverage/**', 'docs/api/**'] },
  // They hold the very calls that their own lint must find; tests run it.
  { ignores: ['examples/lint-gate*/**', 'examples/migrated-backfill/**', 'examples/migrated-collector/**'] },
  // Programs that call past the hub on purpose, and what they are run with.
  { ignores: ['bench/evasion/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  apiHub.configs.recommended,
  {
    // The way out itself, the simulated brokers and what plays a user of theirs, and the tables of the rules.
    rules: {
      'api-hub/no-broker-credentials': [
        'error',
        {
          allow: [
            'packages/broker-sim/**', // the keys of the simulator are made up
            'packages/cli/test/support/stage.ts', // one that it does not know
            'test/system/children/dying-issuer.mjs', // asks the simulator for a token as a process without the hub does
          ],
        },
      ],
      'api-hub/no-direct-broker-call': [
        'error',
        {
          allow: [
            'packages/client/src/broker/**', // the hub
            'packages/broker-sim/**', // serves these paths, and is asked by tests as a broker is
            'eslint-plugin-api-hub/src/evidence/**', // what the rule looks for
            'bench/src/calls/way.ts', // makes the hub's call without the hub, to a server of its own
            'bench/src/check-evasion/keyless.ts', // asks the simulator without a key, to see it refuse
            'bench/src/lint/project.ts', // writes programs that call brokers, for the rules to find
            'bench/src/quota/peer-call.ts', // asks the simulator as a project without the hub does
            'test/system/children/dying-issuer.mjs', // asks the simulator for a token as a process without the hub does
          ],
        },
      ],
    },
  },
  {
    files: ['bench/src/types/programs/**'], // compiled, never run
    rules: { 'api-hub/hub-must-close': 'off' },
  },
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [deepImports] }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }], // leaving a field out is a use
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['packages/{client,store,worker,broker-sim}/src/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['packages/client/src/**'],
    ignores: ['packages/client/src/runtime/**', 'packages/client/src/testing/fake-clock.ts'],
    rules: {
      'no-restricted-globals': ['error', ...timers.map((name) => ({ name, message: useTheClock }))],
      'no-restricted-properties': ['error', ...timeAndChance],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: useTheClock },
        { selector: 'CallExpression[callee.name="Date"]', message: useTheClock },
      ],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [deepImports], paths: timerModules.map((name) => ({ name, message: useTheClock })) },
      ],
    },
  },
  {
    files: ['**/test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(skip|skipIf|runIf|only|todo|fails)$/]',
          message: 'Every test runs, everywhere.',
        },
      ],
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off', // expect.any() and its kin are typed any
      '@typescript-eslint/require-await': 'off', // scripted answers stand in for asynchronous ones
      '@typescript-eslint/unbound-method': 'off', // expect(port.send).toHaveBeenCalled()
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])) },
    rules: { 'no-undef': 'error' },
  },
  {
    // Tools ask for default exports, ESLint of a plugin too, and so do typings of a library that has one.
    files: [
      ...['**/*.config.{ts,mjs}', '.dependency-cruiser.mjs', '**/*.d.ts', 'test/support/redis-servers.ts'],
      ...['eslint-plugin-api-hub/src/index.ts', 'eslint-plugin-api-hub/src/sarif.ts'],
    ],
    rules: { 'no-restricted-exports': 'off' },
  },
);
