import type { Environment } from '../../account/keys.js';
import { dayChartOf } from './days.js';
import type { KiwoomEndpoint } from './endpoint.js';
import { listedEndpoints } from './listed.js';
import { minuteChartOf } from './minutes.js';
import { buyOrder, openOrderList, orderHistoryList, sellOrder } from './orders.js';
import { refusedOnPaper } from './refused.js';
import { orderBook, stockInfo, watchList } from './stocks.js';
import { tickChartOf } from './ticks.js';
import { dayTradesOf, latestTradesOf } from './trades.js';

/** Every operation of a domain by its api-id; those that are not simulated answer with zeros. */
export const createEndpoints = (environment: Environment): ReadonlyMap<string, KiwoomEndpoint> => {
  const endpoints = [
    // Those that are simulated come after them, and take their places.
    ...listedEndpoints(environment),
    stockInfo(),
    orderBook(),
    latestTradesOf(),
    dayTradesOf(),
    watchList(),
    tickChartOf(),
    minuteChartOf(),
    dayChartOf(),
    buyOrder(),
    sellOrder(),
    openOrderList(),
    orderHistoryList(),
    ...(environment === 'paper' ? refusedOnPaper() : []),
  ];
  return new Map(endpoints.map((endpoint) => [endpoint.apiId, endpoint]));
};
