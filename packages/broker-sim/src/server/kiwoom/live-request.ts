import { typeNames } from '../../wire/kiwoom/live-messages.js';
import { textOf } from '../house.js';
import type { Pair } from './live-groups.js';

/** REG or REMOVE, well formed. */
export interface Registration {
  readonly group: string;
  /** Whether earlier registrations stay. */
  readonly keep: boolean;
  readonly pairs: readonly Pair[];
}

/** What is wrong with a message: the code and its text. */
export interface Problem {
  readonly code: '1511' | '1517';
  readonly text: string;
}

const LONGEST_GROUP = 4;

/** Types without an item: they follow the account of the token, or the market. */
export const withoutItem: readonly string[] = ['00', '04', '0s', '1h'];

const missing = (name: string): Problem => ({ code: '1511', text: `필수입력 파라미터=${name}` });
const malformed = (name: string): Problem => ({
  code: '1517',
  text: `입력 값 형식이 올바르지 않습니다. 파라미터=${name}`,
});

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string');

const pairsOf = (entry: unknown): readonly Pair[] | Problem => {
  if (typeof entry !== 'object' || entry === null) return malformed('data');
  const { item, type } = entry as Readonly<Record<string, unknown>>;
  if (!isTexts(type)) return missing('type');
  if (type.some((name) => !Object.hasOwn(typeNames, name))) return malformed('type');
  const accountOnly = type.every((name) => withoutItem.includes(name));
  // An absent list is an empty item, as in the examples of the guide.
  const items = isTexts(item) ? item : accountOnly ? [''] : undefined;
  if (items === undefined || (!accountOnly && items.includes(''))) return missing('item');
  return type.flatMap((name) => items.map((code) => ({ type: name, item: withoutItem.includes(name) ? '' : code })));
};

/** Reads REG and REMOVE. */
export const readRegistration = (message: Record<string, unknown>): Registration | Problem => {
  const group = textOf(message, 'grp_no');
  if (group === '') return missing('grp_no');
  if (group.length > LONGEST_GROUP) return malformed('grp_no');
  const { data, refresh = '1' } = message;
  if (refresh !== '0' && refresh !== '1') return malformed('refresh');
  if (!Array.isArray(data) || data.length === 0) return missing('data');
  const pairs: Pair[] = [];
  for (const entry of data as readonly unknown[]) {
    const read = pairsOf(entry);
    if ('code' in read) return read;
    pairs.push(...read);
  }
  return { group, keep: refresh === '1', pairs };
};
