import { type Broker, type BrokerHost, brokerHosts } from './hosts.js';
import { brokerPaths } from './paths.js';
import { mayHoldWeakEvidence } from './weak.js';

/** What a string says of a broker. */
export interface Evidence {
  /** null: one of the user's own `extraHosts`. */
  readonly broker: Broker | null;
  /** The host as it is written, with its port. */
  readonly host: string | null;
  readonly use: BrokerHost['use'] | null;
  /** The path from its telling segment on, `…` where it is not known. */
  readonly path: string | null;
  /** The header, or the field of a message, that only this broker reads. */
  readonly header: string | null;
}

/** `strict`: a call is reported as well when it only sounds like one to a broker; see evidence/weak.ts. */
export type Weighing = 'balanced' | 'strict';

/** What the user's options say about evidence. */
export interface Weights {
  readonly extraHosts: readonly string[];
  readonly weighing: Weighing;
}

/** How a string is looked at. */
export interface Search {
  readonly extraHosts: readonly string[];
  /** Sinks read every address they are given; elsewhere a portal is a link for people. */
  readonly portals: boolean;
  /** Text around the address is allowed: `curl -X POST https://…`. */
  readonly commands?: boolean;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** A host name with nothing before or after it that would make it another host. */
const hostPattern = (host: string): RegExp => new RegExp(`(?<![\\w.-])${escaped(host)}(?![\\w-]|\\.\\w)\\.?(?::\\d+)?`);

const knownHosts = brokerHosts.map((entry) => ({ ...entry, pattern: hostPattern(entry.host) }));

const findHost = (text: string, { extraHosts, portals }: Search): Omit<Evidence, 'header' | 'path'> | null => {
  const lower = text.toLowerCase();
  for (const { pattern, broker, use } of knownHosts) {
    const match = use === 'portal' && !portals ? null : pattern.exec(lower);
    if (match !== null) return { broker, use, host: match[0] };
  }
  for (const host of extraHosts) {
    const match = hostPattern(host.toLowerCase()).exec(lower);
    if (match !== null) return { broker: null, use: 'rest', host: match[0] };
  }
  return null;
};

const origin = /^(?:[a-z][a-z+.-]*:)?\/\/([^/?#\0]*)/i;
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)(?::\d+)?$/i;

/** Behind a named or an unknown host a path may stand further back; a relative one is the application's own. */
const pathsAt = {
  start: brokerPaths.map(({ broker, pattern }) => ({ broker, pattern: new RegExp(`^[/\\0]*(${pattern}[^?#\\s]*)`) })),
  anywhere: brokerPaths
    .filter(({ position }) => position === 'anywhere')
    .map(({ broker, pattern }) => ({ broker, pattern: new RegExp(`[/\\0?=&](${pattern}[^?#\\s]*)`) })),
};

const findPath = (text: string): Pick<Evidence, 'broker' | 'path'> | null => {
  const [prefix = '', host = ''] = origin.exec(text) ?? [];
  if (loopback.test(host)) return null;
  const rest = text.slice(prefix.length);
  const relative = prefix === '' && !text.startsWith('\0');
  for (const { broker, pattern } of [...pathsAt.start, ...(relative ? [] : pathsAt.anywhere)]) {
    const path = pattern.exec(rest)?.[1];
    if (path !== undefined) return { broker, path: `/${path.replaceAll('\0', '…')}` };
  }
  return null;
};

/** What in a string says that it is an address of a broker; null for prose, and for everybody else's addresses. */
export const findEvidence = (text: string, search: Search): Evidence | null => {
  const address = text.trim().replace(/%3a/gi, ':').replace(/%2f/gi, '/');
  if (/\s/.test(address) && search.commands !== true) return null;
  const host = findHost(address, search);
  if (host === null) {
    const path = findPath(address);
    return path === null ? null : { host: null, use: null, header: null, ...path };
  }
  const written = host.host ?? '';
  const behind = address.slice(address.toLowerCase().indexOf(written) + written.length);
  const path = findPath(behind)?.path ?? /^\/[^?#\s]+/.exec(behind)?.[0].replaceAll('\0', '…') ?? null;
  return { ...host, path, header: null };
};

/** Of several strings that one call may be given: the one that tells most. */
export const bestEvidence = (texts: readonly string[], search: Search): Evidence | null => {
  const found = texts.flatMap((text) => findEvidence(text, search) ?? []);
  const withHost =
    found.find((one) => one.host !== null && one.path !== null) ?? found.find((one) => one.host !== null);
  const withPath = found.find((one) => one.path !== null);
  if (withHost === undefined) return withPath ?? null;
  return { ...withHost, path: withHost.path ?? withPath?.path ?? null };
};

/** With a scheme, a port or a path. A host name alone may be a label, a key or an entry of a list. */
export const isWrittenAsAddress = (text: string): boolean => /^[a-z][a-z+.-]*:\/\/|:\d+|\//i.test(text);

/** A word that every source with evidence holds that is written in clear, in a string or as a key. */
export const mayHoldWords = (source: string, extraHosts: readonly string[]): boolean =>
  /korea|investment|kiwoom|uapi|dostk|tokenP|revokeP|Approval|tryitout|tr_id|tr-id|api-id|approval_key|trnm|secretkey|appsecret/i.test(
    source,
  ) || extraHosts.some((host) => source.toLowerCase().includes(host.toLowerCase().split('.')[0] ?? host));

/** The same with what JavaScript decodes; the others need not be looked at. */
export const mayHoldEvidence = (source: string, { extraHosts, weighing }: Weights): boolean =>
  (weighing === 'strict' && mayHoldWeakEvidence(source)) ||
  mayHoldWords(source, extraHosts) ||
  /atob\(|fromC(?:har|odePo)|base64/i.test(source);

/** Tells what is remembered under some options from what is under others. */
export const weightsKey = ({ extraHosts, weighing }: Weights): string => [weighing, ...extraHosts].join(' ');
