/** How a session ends, or seems to live on: `half-open` keeps TCP up and says nothing any more. */
export const disconnections = ['close', 'reset', 'half-open'] as const;

/** One of `disconnections`. */
export type Disconnection = (typeof disconnections)[number];

/** Ends all sessions again and again. */
export interface LiveSchedule {
  /** Wall clock, ms; 0 never ends any. */
  readonly disconnectEveryMs?: number;
  /** In turn. */
  readonly hows?: readonly Disconnection[];
}

/** WebSockets of both brokers. */
export interface LiveOptions {
  /** Time between two keep-alive messages of the broker, wall clock, ms. */
  readonly pingMs?: number;
  /** So many unanswered ones end a session. */
  readonly missedPings?: number;
  /** How often the simulator's clock is looked at for trades that it has passed, wall clock, ms. */
  readonly pollMs?: number;
  /** Records (KIS) or entries (Kiwoom) of one frame. */
  readonly recordsPerFrame?: number;
  /** KIS: registrations of a session over all TRs; one more is refused with OPSP0008. */
  readonly registrations?: number;
  /** KIS: an app key stays taken for so long after its socket broke without a close frame, ms. */
  readonly releaseMs?: number;
  /** KIS: login id that notices are registered with; any other one drops the socket. */
  readonly htsId?: string;
  /** KIS: fields behind the last known one of trades and books. */
  readonly extraFields?: number;
  /** KIS: hold the ack of a feed back until its first data, for a second at most. */
  readonly dataBeforeAck?: boolean;
  /** Kiwoom: a socket that has not logged in by then is ended, wall clock, ms. */
  readonly loginMs?: number;
  /** Kiwoom: items of a session, over all groups; suffixes count apart. */
  readonly items?: number;
  /** Kiwoom: items of one group. */
  readonly groupItems?: number;
  /** More connects of a key within 60 s are abuse. */
  readonly banConnects?: number;
  /** More control messages of a key within 1 s are abuse. */
  readonly banControls?: number;
  /** How long abuse is punished, ms. */
  readonly banMs?: number;
  readonly schedule?: LiveSchedule;
}

export interface LiveSettings extends Required<Omit<LiveOptions, 'schedule'>> {
  readonly schedule: Required<LiveSchedule>;
}

export const liveDefaults = {
  pingMs: 10_000, // about every ten seconds, observed at both brokers
  missedPings: 5, // one Kiwoom repository; nothing is on record for KIS
  pollMs: 20, // trades have whole seconds, so this is the delay of a frame
  recordsPerFrame: 10, // frames with several records were recorded, no maximum was
  registrations: 41, // notice tables; the 42nd was refused in 2026-07 and 2026-08
  releaseMs: 20_000, // "for a while" by several reports; waiting for tens of seconds helped
  htsId: 'simhts01', // made up
  extraFields: 0, // the 47th field of 2026-09-14 is among the known ones
  dataBeforeAck: false, // observed, and rare
  loginMs: 10_000, // "a close every 10 s or so", one repository
  items: 200, // not published
  groupItems: 100, // the workbook prints length 100, two repositories read it as a count
  banConnects: 30, // the notice of 2026-02-24 names endless connecting, but no number
  banControls: 20, // it asks for 100 ms between registrations, which is half of this
  banMs: 60_000, // "temporary"
  schedule: { disconnectEveryMs: 0, hows: disconnections },
} as const satisfies LiveOptions;

/** A timer of 0 ms would eat the processor. */
const positive = ['pingMs', 'pollMs', 'loginMs', 'banMs'] as const;
const counts = [
  'missedPings',
  'recordsPerFrame',
  'registrations',
  'items',
  'groupItems',
  'banConnects',
  'banControls',
] as const;

/** Three digits tell how many records a frame of KIS has. */
const MOST_RECORDS = 999;

const isTime = (value: number): boolean => Number.isFinite(value) && value >= 0;

const scheduleProblems = ({ schedule }: LiveSettings): string[] => {
  const { disconnectEveryMs, hows, ...unknown } = schedule;
  const problems = Object.keys(unknown).map(
    (name) => `live.schedule.${name}: unknown option, known are disconnectEveryMs and hows`,
  );
  if (!isTime(disconnectEveryMs)) problems.push('live.schedule.disconnectEveryMs: give a number of at least 0');
  if (hows.length === 0 || !hows.every((how) => disconnections.includes(how))) {
    problems.push(`live.schedule.hows: give some of ${disconnections.join(', ')}`);
  }
  return problems;
};

const valueProblems = (settings: LiveSettings): string[] => {
  const problems: string[] = [];
  for (const name of positive) {
    if (!Number.isFinite(settings[name]) || settings[name] < 1) problems.push(`live.${name}: give at least 1 ms`);
  }
  if (!isTime(settings.releaseMs)) problems.push('live.releaseMs: give a number of at least 0');
  for (const name of counts) {
    if (!Number.isInteger(settings[name]) || settings[name] < 1) {
      problems.push(`live.${name}: give a whole number of at least 1`);
    }
  }
  if (settings.recordsPerFrame > MOST_RECORDS) problems.push(`live.recordsPerFrame: give ${MOST_RECORDS} at most`);
  if (!Number.isInteger(settings.extraFields) || settings.extraFields < 0) {
    problems.push('live.extraFields: give a whole number of at least 0');
  }
  if (typeof settings.htsId !== 'string' || settings.htsId === '') problems.push('live.htsId: give a login id');
  if (typeof settings.dataBeforeAck !== 'boolean') problems.push('live.dataBeforeAck: give true or false');
  return problems;
};

/** Options in, settings and everything that is wrong with them out. */
export const settleLive = (options: LiveOptions): { settings: LiveSettings; problems: readonly string[] } => {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: LiveSettings = {
    ...liveDefaults,
    ...given,
    schedule: { ...liveDefaults.schedule, ...options.schedule },
  };
  const unknown = Object.keys(options)
    .filter((name) => !Object.hasOwn(liveDefaults, name))
    .map((name) => `live.${name}: unknown option, known are ${Object.keys(liveDefaults).join(', ')}`);
  return { settings, problems: [...unknown, ...valueProblems(settings), ...scheduleProblems(settings)] };
};
