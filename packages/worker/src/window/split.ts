import type { BrokerRates, WindowSpec } from '../queue/payload.js';
import { callsFor, runsOf, windowsOf, type Days, type Run, type Series } from './ranges.js';

/** Some missing days of a series, with the seconds that they cost each broker. */
interface Piece {
  readonly series: Series;
  readonly run: Run;
  readonly kis: number;
  readonly kiwoom: number;
}

type Missing = readonly (readonly [Series, readonly string[]])[];

/**
 * Splits missing days over both brokers so that their quotas end together. Kiwoom gets those that it is best at compared
 * with KIS; the piece on the border is divided by days. Windows may still move while they run.
 */
export const splitOverBrokers = (missing: Missing, days: Days, rates: BrokerRates): WindowSpec[] => {
  const pieceOf = (series: Series, run: Run): Piece => ({
    series,
    run,
    kis: run.length === 0 ? 0 : callsFor('kis', series, run, days) / rates.kis,
    kiwoom: run.length === 0 ? 0 : callsFor('kiwoom', series, run, days) / rates.kiwoom,
  });
  const pieces = missing
    .flatMap(([series, wanted]) => runsOf('kiwoom', series, wanted, days).map((run) => pieceOf(series, run)))
    .sort((left, right) => right.kis / right.kiwoom - left.kis / left.kiwoom);
  const border = borderOf(pieces);
  const divided = divide(pieces, border, pieceOf);
  const forKiwoom = [...pieces.slice(0, border), divided.kiwoom];
  const forKis = [divided.kis, ...pieces.slice(border + 1)];
  return [
    ...forKiwoom.flatMap(({ series, run }) => windowsOf('kiwoom', 'auto', series, run, days)),
    ...forKis.flatMap(({ series, run }) => windowsOf('kis', 'auto', series, run, days)),
  ];
};

const secondsOf = (pieces: readonly Piece[], broker: 'kis' | 'kiwoom'): number =>
  pieces.reduce((sum, piece) => sum + piece[broker], 0);

/** The first piece for KIS: with one more for Kiwoom, Kiwoom would end later than KIS does now. */
const borderOf = (pieces: readonly Piece[]): number => {
  let kis = secondsOf(pieces, 'kis');
  let kiwoom = 0;
  for (const [index, piece] of pieces.entries()) {
    kis -= piece.kis;
    kiwoom += piece.kiwoom;
    if (kiwoom >= kis) return index;
  }
  return pieces.length;
};

/** Divides the piece on the border by days, so that the later of the two ends as early as possible. */
const divide = (
  pieces: readonly Piece[],
  border: number,
  pieceOf: (series: Series, run: Run) => Piece,
): { readonly kis: Piece; readonly kiwoom: Piece } => {
  const { series, run } = pieces[border] ?? { series: nothing, run: [] };
  const before = secondsOf(pieces.slice(0, border), 'kiwoom');
  const after = secondsOf(pieces.slice(border + 1), 'kis');
  const cuts = Array.from({ length: run.length + 1 }, (_each, cut) => {
    const kiwoom = pieceOf(series, run.slice(0, cut));
    const kis = pieceOf(series, run.slice(cut));
    return { kis, kiwoom, end: Math.max(before + kiwoom.kiwoom, after + kis.kis) };
  });
  return cuts.reduce((best, cut) => (cut.end < best.end ? cut : best));
};

const nothing: Series = { symbol: '', venue: 'KRX', interval: '1m' };
