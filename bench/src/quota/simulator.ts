import { startBrokerSim, type BrokerSimOptions } from '@hub/broker-sim';

import { givenOrder, tell, untilReleased } from '../harness/child.js';

/** The strict broker in a process of its own, so that it is late for nobody: `simulator.js <options>`. */
export interface Opened {
  readonly kind: 'open';
  readonly url: string;
}

const sim = await startBrokerSim(givenOrder() as BrokerSimOptions);
tell({ kind: 'open', url: sim.url } as Opened);
await untilReleased();
await sim.close();
