const hostKey =
  /^(?:api|base|demo|destination|domain|endpoint|host|hostname|live|mock|origin|paper|prod|production|real|rest|sandbox|server|target|uri|url|vts|virtual|ws)|(?:host|url|uri|domain|endpoint|origin|base|server)$/i;

/** A name under which a host is kept to be called: what stands there is an address, also without a scheme. */
export const isHostKey = (name: string): boolean => hostKey.test(name);
