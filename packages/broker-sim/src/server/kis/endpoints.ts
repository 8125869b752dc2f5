import type { Endpoint } from './endpoint.js';
import { timeDailyChart, timeItemChart } from './minutes.js';

/** Every `/uapi/*` endpoint, by method and path. */
export const createEndpoints = (): ReadonlyMap<string, Endpoint> => {
  const endpoints = [timeDailyChart(), timeItemChart()];
  return new Map(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]));
};
