import { brokerNames, settingsOf } from '@hub/client';
import { servedBrokers } from '@hub/client/service';

import { failureOf } from '../terminal/error.js';
import type { Environment } from './context.js';
import { fine, problem, warning, type Finding } from './finding.js';
import { problemsOf } from './settings.js';

/** What a program in service mode needs: one URL, no keys, and somebody who takes its calls. */
export const serviceFindings = async (env: Environment): Promise<Finding[]> => {
  try {
    const { redis } = settingsOf({ mode: 'service' }, env);
    const settings = fine('settings', 'service mode: programs here have no keys, and need none');
    return [settings, ...(await attendance(redis.main))];
  } catch (error) {
    return problemsOf(error).map(({ message, remedy }) => problem('settings', message, remedy));
  }
};

const attendance = async (url: string): Promise<Finding[]> => {
  try {
    const served = await servedBrokers(url);
    return brokerNames.map((broker) =>
      served.includes(broker)
        ? fine('service', `${broker}: a RestApiWorker takes calls`)
        : warning('service', `${broker}: nobody takes calls`, 'Start `hub serve` where the keys are.'),
    );
  } catch (error) {
    const { code, message, remedy } = failureOf(error);
    return [problem('redis main', `${code} ${message}`, remedy)];
  }
};
