/** `kept`: over a connection that stays. `fresh`: a connection for each request, which is what the guard looks at. */
export const kinds = ['kept', 'fresh', 'fetch'] as const;
export type Kind = (typeof kinds)[number];

/** The caller can be asked. */
export interface Ready {
  readonly kind: 'ready';
}

/** So many requests of one kind are to be made. */
export interface Block {
  readonly kind: 'block';
  readonly way: Kind;
  readonly requests: number;
}

/** What a request of the last block took. */
export interface Cost {
  readonly kind: 'cost';
  /** CPU of the whole process, user and system. */
  readonly ms: number;
}
