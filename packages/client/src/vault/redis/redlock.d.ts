/** The slice of redlock 5 that is used here: its own types cannot be resolved under NodeNext. */
declare module 'redlock' {
  export interface LockClient {
    evalsha(hash: string, keyCount: number, args: readonly (string | number)[]): Promise<unknown>;
    eval(lua: string, keyCount: number, args: readonly (string | number)[]): Promise<unknown>;
  }

  export interface Lock {
    release(): Promise<unknown>;
  }

  export class ExecutionError extends Error {}

  export default class Redlock {
    constructor(clients: Iterable<LockClient>, settings: { readonly retryCount: number });
    acquire(resources: string[], lifetimeMs: number): Promise<Lock>;
  }
}
