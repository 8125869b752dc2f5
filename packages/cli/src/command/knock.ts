import { connect } from 'node:net';

import { isLoopback, type BrokerName } from '@hub/client';

import { fine, problem, type Finding } from './finding.js';

const patienceMs = 3_000;
const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Whether somebody listens at the broker's host: a TCP connection, closed at once. No call is made, no quota spent. */
export const knock = async (broker: BrokerName, baseUrl: string): Promise<Finding> => {
  const { hostname, port, protocol, host } = new URL(baseUrl);
  const reason = await refusal(hostname.replace(/^\[|\]$/g, ''), Number(port) || (defaultPorts[protocol] ?? 443));
  if (reason === undefined) return fine('broker', `${host} takes connections`);
  const remedy = isLoopback(baseUrl)
    ? `Start the simulator with \`hub sim\`, or mend HUB_${broker.toUpperCase()}_BASE_URL.`
    : 'Check the network and the firewall; the broker closes its gateway now and then, at night and on weekends.';
  return problem('broker', `${host} takes no connection: ${reason}`, remedy);
};

const refusal = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patienceMs });
    const end = (reason?: string): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end(`no answer within ${patienceMs} ms`));
    socket.once('error', (error) => end(error.message));
  });
