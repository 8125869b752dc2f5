import type { NetworkName, WindowKind } from '@hub/broker-sim';

import { peerNames, type PeerName } from '../peer/index.js';

export const perSecond = 20;
export const windowMs = 1_000;
/** Calls of one process at a time. */
export const inFlight = 8;

export type ClientName = 'hub' | PeerName;

export const clientNames: readonly ClientName[] = ['hub', ...peerNames];

/** How the broker counts, what lies between, and how many processes share the quota. */
export interface Cell {
  readonly window: WindowKind;
  readonly network: NetworkName;
  readonly processes: number;
}

export interface Run {
  readonly cell: Cell;
  readonly client: ClientName;
}

const windows = ['sliding', 'calendar', 'bucket'] as const;
const networkNames = ['calm', 'jittery'] as const;
const processCounts = [1, 4, 16] as const;

export const cellName = ({ window, network, processes }: Cell): string => `${window}/${network}/${String(processes)}`;

const cells: readonly Cell[] = windows.flatMap((window) =>
  networkNames.flatMap((network) => processCounts.map((processes) => ({ window, network, processes }))),
);

/** The strictest window on the worst network, with neighbours: where the others are compared. */
const isTelling = ({ window, network, processes }: Cell): boolean =>
  window === 'sliding' && network === 'jittery' && processes > 1;

export interface Choice {
  readonly cell?: string;
  readonly client?: string;
  readonly all?: boolean;
  readonly quick: boolean;
}

/** What is run, in this order. A cell or a client that is named is run in whatever mode. */
export const plannedRuns = ({ cell: name, client: only, all, quick }: Choice): readonly Run[] => {
  if (only !== undefined && !clientNames.some((client) => client === only)) {
    throw new Error(`--client: there are ${clientNames.join(', ')}`);
  }
  const chosen = cells.filter((cell) => name === undefined || cellName(cell) === name);
  return chosen.flatMap((cell) =>
    clientNames
      .filter((client) => only === undefined || client === only)
      .filter((client) => {
        if (name !== undefined) return client === 'hub' || only !== undefined || all === true;
        if (quick) return isTelling(cell) && (client === 'hub' || only !== undefined);
        return client === 'hub' || all === true || isTelling(cell);
      })
      .map((client) => ({ cell, client })),
  );
};

/** Shares are looked at over a minute, where there is somebody to share with: a call is less than a thousandth of it then. */
export const measuredMs = ({ processes }: Cell, quick: boolean): number => {
  if (quick) return 10_000;
  return processes > 1 ? 60_000 : 30_000;
};
