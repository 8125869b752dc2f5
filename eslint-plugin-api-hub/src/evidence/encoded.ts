import { brokerHosts } from './hosts.js';

const domains = [...new Set(brokerHosts.map(({ host }) => host.split('.').slice(-2).join('.')))];

/** What base64 makes of a text that stands `shift` bytes behind the start of a group, without what its neighbours decide as well. */
const fragment = (text: string, shift: number): string => {
  const padded = btoa('\0'.repeat(shift) + text);
  return padded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + text.length) * 8) / 6));
};

const fragments = domains.flatMap((domain) => [0, 1, 2].map((shift) => fragment(domain, shift)));

/** Whether a broker's domain stands in it in base64, wherever it begins. */
export const mayHoldEncoded = (source: string): boolean => fragments.some((each) => source.includes(each));
