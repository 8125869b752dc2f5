import { demoKeys, demoKiwoomKeys, startBrokerSim } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';
import { createHub, isHubError, type Endpoint, type Hub } from '@hub/client';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { valueFor } from './values.js';

/** What the brokers' lists hold; tokens and approval keys among the paths of KIS are the vault's. */
const expected = { kisPaths: 276, kisPathsOfTheVault: 4, kiwoomIds: 182 } as const;

interface Problem {
  readonly broker: string;
  readonly endpoint: string;
  readonly says: string;
}

/** One call with what is required of it, made by the hub as any other. */
const problemOf = async (hub: Hub, broker: 'kis' | 'kiwoom', endpoint: Endpoint): Promise<Problem | undefined> => {
  const { name, required, optional } = endpoint;
  // An order names its price, which the list calls optional.
  const given = endpoint.replayable ? required : [...required, ...optional.filter((each) => each === 'ord_uv')];
  const params = Object.fromEntries(given.map((each) => [each, valueFor(name, each)]));
  try {
    await hub[broker].page(name, { params, cursor: {} }, { priority: 'interactive' });
    return undefined;
  } catch (error) {
    return { broker, endpoint: name, says: isHubError(error) ? `${error.code} ${error.message}` : String(error) };
  }
};

/** Every endpoint of both brokers, called once against the simulator, which judges by its own list. */
const checkCatalogue = async ({ say, signal, onExit }: CommandContext): Promise<Figures> => {
  const redis = await startPrivateRedis({ isolated: true, signal });
  onExit(() => redis.close());
  const perSecond = 100;
  const sim = await startBrokerSim({ network: 'none', limit: { perSecond } });
  onExit(() => sim.close());
  const hub = createHub(
    {},
    {
      env: {
        REDIS_URL: redis.mainUrl,
        REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
        HUB_KIS_APP_KEY: demoKeys.appKey,
        HUB_KIS_APP_SECRET: demoKeys.appSecret,
        HUB_KIS_BASE_URL: sim.url,
        HUB_KIS_ACCOUNT: '12345678-01',
        HUB_KIS_PER_SECOND: String(perSecond),
        HUB_KIWOOM_APP_KEY: demoKiwoomKeys.appKey,
        HUB_KIWOOM_SECRET_KEY: demoKiwoomKeys.secretKey,
        HUB_KIWOOM_BASE_URL: sim.url,
      },
    },
  );
  onExit(() => hub.close());
  const { kis, kiwoom } = hub;
  const asked = [
    ...kis.endpoints.map((endpoint) => problemOf(hub, 'kis', endpoint)),
    ...kiwoom.endpoints.map((endpoint) => problemOf(hub, 'kiwoom', endpoint)),
  ];
  const problems = (await Promise.all(asked)).filter((problem) => problem !== undefined);
  const kisPaths = new Set(kis.endpoints.map(({ path }) => path)).size + expected.kisPathsOfTheVault;
  const kiwoomIds = kiwoom.endpoints.length;
  const refused = sim.journal().entries.filter(({ verdict }) => verdict !== 'ok').length;
  for (const { broker, endpoint, says } of problems) say(`✗ ${broker} ${endpoint}: ${says}`);
  say(`KIS     ${kisPaths} of ${expected.kisPaths} paths, ${kis.endpoints.length} endpoints`);
  say(`Kiwoom  ${kiwoomIds} of ${expected.kiwoomIds} ids`);
  say(`${asked.length - problems.length} of ${asked.length} calls accepted, ${refused} refused by the simulator`);
  const ok = problems.length === 0 && kisPaths === expected.kisPaths && kiwoomIds === expected.kiwoomIds;
  return { ok, kisPaths, kisEndpoints: kis.endpoints.length, kiwoomIds, calls: asked.length, refused, problems };
};

await runCommand({ full: 110_000, quick: 50_000 }, checkCatalogue);
