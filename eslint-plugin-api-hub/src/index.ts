import type { ESLint, Linter } from 'eslint';

import { name, version } from './manifest.js';
import { legacyMigration } from './presets/legacy-migration.js';
import { recommended } from './presets/recommended.js';
import { strict } from './presets/strict.js';
import { hubMustClose } from './rules/hub-must-close.js';
import { noBrokerCredentials } from './rules/no-broker-credentials.js';
import { noBrokerSdk } from './rules/no-broker-sdk.js';
import { noDirectBrokerCall } from './rules/no-direct-broker-call.js';
import { noDisableHubRules } from './rules/no-disable-hub-rules.js';

const rules = {
  'hub-must-close': hubMustClose,
  'no-broker-credentials': noBrokerCredentials,
  'no-broker-sdk': noBrokerSdk,
  'no-direct-broker-call': noDirectBrokerCall,
  'no-disable-hub-rules': noDisableHubRules,
};

/** The plugin, for `eslint.config.js`: its rules (`api-hub/…`, one page each in docs/rules), and the preset `configs.recommended`. */
const plugin = {
  meta: { name, version, namespace: 'api-hub' },
  rules: rules as unknown as NonNullable<ESLint.Plugin['rules']>, // the same objects, typed by typescript-eslint
  configs: {} as Record<'legacy-migration' | 'recommended' | 'strict', Linter.Config>,
} satisfies ESLint.Plugin;

const plugins = { 'api-hub': plugin };

Object.assign(plugin.configs, {
  recommended: { name: 'api-hub/recommended', plugins, rules: recommended },
  // A parser without types does not know this option, and takes no notice of it.
  strict: {
    name: 'api-hub/strict',
    plugins,
    languageOptions: { parserOptions: { projectService: true } },
    rules: strict,
  },
  'legacy-migration': { name: 'api-hub/legacy-migration', plugins, rules: legacyMigration },
});

export default plugin;
