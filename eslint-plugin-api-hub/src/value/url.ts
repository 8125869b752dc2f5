import { type Text, hole, union } from './text.js';

const isAbsolute = (text: Text): boolean => /^[a-z][a-z+.-]*:\/\//i.test(text);

/** What `new URL(path, base)` and its like make of two parts: one slash between them, an absolute path wins. */
export const joinUrl = (bases: readonly Text[], paths: readonly Text[]): readonly Text[] =>
  union(
    bases.flatMap((base) =>
      paths.map((path) => (isAbsolute(path) ? path : `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`)),
    ),
  );

const parts = /^([a-z][a-z+.-]*:)?\/\/([^/?#]*)([^?#]*)/i;

/** A property of a URL object; what cannot be told apart because of holes is a hole. */
export const urlPart = (urls: readonly Text[], key: string): readonly Text[] =>
  union(
    urls.map((url) => {
      if (key === 'href' || key === 'url') return url;
      const [, protocol = '', host = hole, path = hole] = parts.exec(url) ?? [];
      if (key === 'origin') return `${protocol}//${host}`;
      if (key === 'host') return host;
      if (key === 'hostname') return host.replace(/:\d+$/, '');
      return key === 'pathname' ? path : hole;
    }),
  );
