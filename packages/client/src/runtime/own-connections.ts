/**
 * What the hub itself opens connections with. Whoever holds such an object was given it by the hub: there is no flag that
 * somebody else could set.
 */
const own = new WeakSet();

export const ownConnection = <T extends object>(thing: T): T => {
  own.add(thing);
  return thing;
};

export const isOwnConnection = (thing: unknown): boolean =>
  typeof thing === 'object' && thing !== null && own.has(thing);
