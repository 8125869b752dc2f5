import { dailyItemChart } from './daily.js';
import type { Endpoint } from './endpoint.js';
import { checkHoliday } from './holiday.js';
import { listedEndpoints } from './listed.js';
import { timeDailyChart, timeItemChart } from './minutes.js';
import { askingPrice, inquireCcnl, inquirePrice, timeItemConclusion } from './quotes.js';
import { inquireBalance, orderCash } from './trading.js';

/** Every `/uapi/*` endpoint, by method and path. */
export const createEndpoints = (): ReadonlyMap<string, Endpoint> => {
  const endpoints = [
    // Those that are simulated come after them, and take their places.
    ...listedEndpoints(),
    inquirePrice(),
    askingPrice(),
    inquireCcnl(),
    timeItemConclusion(),
    timeItemChart(),
    timeDailyChart(),
    dailyItemChart(),
    checkHoliday(),
    inquireBalance(),
    orderCash(),
  ];
  return new Map(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]));
};
