import type { ESLint, Linter } from 'eslint';

import { name, version } from './manifest.js';
import { recommended } from './presets/recommended.js';
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

const plugin = {
  meta: { name, version, namespace: 'api-hub' },
  // The rules are typed by typescript-eslint, the plugin by ESLint itself: to ESLint they are the same objects.
  rules: rules as unknown as NonNullable<ESLint.Plugin['rules']>,
  configs: {} as { recommended: Linter.Config },
} satisfies ESLint.Plugin;

plugin.configs.recommended = {
  name: 'api-hub/recommended',
  plugins: { 'api-hub': plugin },
  rules: recommended,
};

export default plugin;
