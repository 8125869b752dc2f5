/** One HTTP answer before the network touches it. */
export interface Answer {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  /** Headers of the broker that this answer sets; its house adds the rest. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The broker's code, for the journal. */
  readonly code: string;
}

export const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && 'body' in value && 'status' in value;
