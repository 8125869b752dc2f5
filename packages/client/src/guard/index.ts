/**
 * `node --import @hub/client/guard app.mjs`: refuses connections to brokers that the hub has not opened, in this process and in those
 * that it starts. `HUB_GUARD=report` warns instead; `HUB_GUARD_HOSTS` names relays that lead to a broker, with commas between.
 */
import { ConfigInvalid } from '../error/config.js';
import { installGuard } from './install.js';

const { HUB_GUARD: mode = 'block', HUB_GUARD_HOSTS: hosts = '' } = process.env;
if (mode !== 'block' && mode !== 'report') {
  throw new ConfigInvalid([`HUB_GUARD is "${mode}"`], 'Set HUB_GUARD to block or to report.');
}
const extraHosts = hosts
  .split(',')
  .map((host) => host.trim())
  .filter((host) => host !== '');
installGuard({ mode, extraHosts });

export { installGuard, type GuardOptions } from './install.js';
