import { startGatekeeper, type Gatekeeper } from '../chaos-ledger/gatekeeper.js';
import type { CommandContext } from './command.js';

/** Both servers, of which calls may start at once. They end with the command. */
export const startServers = async ({
  onExit,
}: Pick<CommandContext, 'onExit'>): Promise<{ readonly main: Gatekeeper; readonly gatekeeper: Gatekeeper }> => {
  const [main, gatekeeper] = await Promise.all([startGatekeeper(), startGatekeeper()]);
  onExit(async () => {
    await Promise.all([main.close(), gatekeeper.close()]);
  });
  await Promise.all([main.bless(), gatekeeper.bless()]);
  return { main, gatekeeper };
};
