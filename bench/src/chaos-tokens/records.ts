import { Redis } from 'ioredis';

/** What the vault holds of one token, as far as this watch looks at it. */
interface Seen {
  readonly generation: number;
  readonly issuedBy: string;
}

/** Looks at every record whenever one is announced. */
export interface RecordWatch {
  /** Announcements that were looked into. */
  readonly looks: () => number;
  /** Records that went back to an older generation, or changed within one, in words. */
  readonly reversals: readonly string[];
  issuerOf(keyId: string): Promise<string>;
  close(): Promise<void>;
}

const recordKey = (keyId: string): string => `api:token:{kis:real:${keyId}}:rest`;

export const watchRecords = async (mainUrl: string): Promise<RecordWatch> => {
  const listener = new Redis(mainUrl);
  const reader = new Redis(mainUrl);
  const last = new Map<string, Seen>();
  const reversals: string[] = [];
  let looks = 0;

  const look = async (key: string): Promise<void> => {
    const { generation = '0', issuedBy = '' } = await reader.hgetall(key);
    const seen = { generation: Number(generation), issuedBy };
    const before = last.get(key);
    last.set(key, seen);
    looks += 1;
    if (before === undefined || seen.generation > before.generation) return;
    const same = seen.generation === before.generation && seen.issuedBy === before.issuedBy;
    if (!same) reversals.push(`${key}: ${JSON.stringify(before)} became ${JSON.stringify(seen)}`);
  };

  listener.on('pmessage', (_pattern: string, channel: string) => {
    void look(channel.replace(/:events$/, '')).catch((error: unknown) => reversals.push(String(error)));
  });
  await listener.psubscribe('api:token:*:events');
  return {
    looks: () => looks,
    reversals,
    issuerOf: async (keyId) => (await reader.hget(recordKey(keyId), 'issuedBy')) ?? '',
    close: async () => {
      listener.disconnect();
      reader.disconnect();
      await Promise.resolve();
    },
  };
};
