// The collector with a simulator and servers of its own, at any hour: node demo.mjs 005930,000660
import { defaultSymbols, demoKeys, startBrokerSim } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';

const symbols = defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 300, idleShare: 0 })); // a busy market
const live = { schedule: { disconnectEveryMs: 10_000, hows: ['close'] } }; // to see gaps
const simulator = await startBrokerSim({ clock: '2026-11-27T10:00', symbols, live }); // ten o'clock of a Friday, KST
const redis = await startPrivateRedis({ isolated: true });
Object.assign(process.env, {
  REDIS_URL: redis.mainUrl,
  REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
  HUB_KIS_BASE_URL: simulator.url,
  HUB_KIS_APP_KEY: demoKeys.appKey,
  HUB_KIS_APP_SECRET: demoKeys.appSecret,
});
await import('./live-collector.mjs'); // until Ctrl-C
await simulator.close();
await redis.close();
