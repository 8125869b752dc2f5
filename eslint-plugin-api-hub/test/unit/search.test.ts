// Places and ways between them are letters here; files in the plugin.
import { expect, it } from 'vitest';

import { beginFile } from '../../src/graph/run.js';
import { Search, type Step } from '../../src/graph/search.js';

const counting = (ways: Readonly<Record<string, Step>>): { readonly search: Search; readonly asked: string[] } => {
  const asked: string[] = [];
  const search = new Search((place) => {
    asked.push(place);
    return ways[place] ?? [];
  });
  return { search, asked };
};

it('finds a goal over others and through circles, and knows where there is none', () => {
  const { search } = counting({ a: ['b', 'c'], b: ['a'], c: ['d'], d: 'goal', x: ['y'], y: ['x'] });
  expect(['a', 'b', 'c', 'd', 'x', 'y', 'nowhere'].map((place) => search.reaches(place))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

it('looks at a place once, whether it leads to a goal or not', () => {
  const { search, asked } = counting({ a: ['b'], b: ['c'], c: 'goal', x: ['y'], y: ['z'], z: [] });
  for (const place of ['a', 'b', 'c', 'x', 'y', 'z', 'a', 'x']) search.reaches(place);
  expect(asked).toEqual(['a', 'b', 'c', 'x', 'y', 'z']);
});

it('looks again in another run: when a file is linted a second time', () => {
  const { search, asked } = counting({ a: [] });
  beginFile('one.js');
  search.reaches('a');
  beginFile('two.js');
  search.reaches('a');
  expect(asked).toEqual(['a']);
  beginFile('one.js');
  search.reaches('a');
  expect(asked).toEqual(['a', 'a']);
});
