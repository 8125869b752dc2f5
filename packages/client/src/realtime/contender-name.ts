import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** A name for one hub with keys, `host:pid#…`: several hubs of one process hold sessions of their own. */
export const contenderName = (): string => `${hostname()}:${String(process.pid)}#${randomBytes(3).toString('hex')}`;

/** `host:pid` of such a name, as people know it. */
export const processOf = (name: string): string => name.replace(/#[0-9a-f]+$/, '');

/** Whether `to` names it: a name as it is, or `host:pid`. */
export const isNamed = (name: string, to: string): boolean => name === to || processOf(name) === to;
