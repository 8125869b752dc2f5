import { figureIn, timeOfDayIn } from '../live-figures.js';

const separator = '^';

/**
 * The fields of a payload, found by their separators and made into texts and numbers only where somebody asks: a frame has
 * five times as many as anybody reads.
 */
export class Fields {
  /** Where each field begins, and where one behind the last would. */
  private readonly starts: number[];

  /** The payload is `text` from `from` on. */
  constructor(
    private readonly text: string,
    from: number,
  ) {
    const starts = [from];
    for (let at = text.indexOf(separator, from); at !== -1; at = text.indexOf(separator, at + 1)) starts.push(at + 1);
    starts.push(text.length + 1);
    this.starts = starts;
  }

  get count(): number {
    return this.starts.length - 1;
  }

  /** As sent. */
  at(index: number): string {
    return this.text.slice(this.start(index), this.end(index));
  }

  /** From one field up to another that is not in it, with the separators between them. */
  span(from: number, to: number): string {
    return this.text.slice(this.start(from), this.end(to - 1));
  }

  /** Never below zero; NaN where there is none. */
  figure(index: number): number {
    return figureIn(this.text, this.start(index), this.end(index));
  }

  /** A price that is told as 0 or as blanks where there is none: 0 then. NaN for what is neither. */
  price(index: number): number {
    const figure = this.figure(index);
    return Number.isNaN(figure) && this.at(index).trim() === '' ? 0 : figure;
  }

  /** `HHMMSS` in ms since midnight; null where it is none. */
  timeOfDay(index: number): number | null {
    return timeOfDayIn(this.text, this.start(index), this.end(index));
  }

  private start(index: number): number {
    return this.starts[index] ?? this.text.length;
  }

  private end(index: number): number {
    return this.start(index + 1) - 1;
  }
}

/** One record in its payload: `width` fields from `first` on. */
export interface RecordPlace {
  readonly fields: Fields;
  readonly first: number;
  readonly width: number;
}

/** What is behind the `known` fields of a record, to be spread into it: KIS appends fields (2026-09-14, observed). */
export const extraOf = (
  { fields, first, width }: RecordPlace,
  known: number,
): { readonly extra?: readonly string[] } =>
  width <= known
    ? {}
    : { extra: Array.from({ length: width - known }, (_none, index) => fields.at(first + known + index)) };

/**
 * A stock as KIS writes it, ETN with their `Q`. Every record begins with one: a count that lies about where records begin
 * shows in it.
 */
export const isStockCode = (text: string): boolean => /^[0-9A-Z]{6,7}$/.test(text);
