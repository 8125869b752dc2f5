/** `kept`: over a connection that stays. `fresh`: a connection for each request, which is what the guard looks at. */
export const kinds = ['kept', 'fresh', 'fetch'] as const;
export type Kind = (typeof kinds)[number];

/** CPU of the whole process, user and system, ms a request. */
export type Costs = Readonly<Record<Kind, number>>;
