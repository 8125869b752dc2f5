import type { JournalEntry } from '@hub/broker-sim';

import { perSecond as slotCount, windowMs } from './cell.js';

const shownMs = 3_000;
const margin = { top: 64, right: 24, bottom: 56, left: 64 };
const plot = { width: 840, row: 18 };
const bar = { inset: 3 };
const height = slotCount * plot.row;

/** One call in its slot: under way, then busy for one window more. */
interface Stay {
  readonly slot: number;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/**
 * Who had which slot is the ledger's secret, so the calls are laid out as they came: each takes the slot that has been free
 * for the shortest time. That all of them fit is the promise of the ledger.
 */
const laidOut = (arrivals: readonly JournalEntry[]): readonly Stay[] => {
  const freeAt = Array.from({ length: slotCount }, () => Number.NEGATIVE_INFINITY);
  return [...arrivals]
    .sort((left, right) => left.sentAt - right.sentAt)
    .flatMap(({ sentAt, answeredAt }) => {
      if (answeredAt === undefined) return [];
      const free = freeAt.map((at, slot) => ({ at, slot })).filter(({ at }) => at <= sentAt);
      // None is free where a clock of this machine was late by a fraction: then the one that is free next.
      const { slot } =
        free.reduce<{ at: number; slot: number } | undefined>(
          (best, each) => (best === undefined || each.at > best.at ? each : best),
          undefined,
        ) ?? freeAt.map((at, index) => ({ at, slot: index })).reduce((best, each) => (each.at < best.at ? each : best));
      freeAt[slot] = answeredAt + windowMs;
      return [{ slot, sentAt, answeredAt }];
    });
};

const number = (value: number): string => String(Math.round(value * 10) / 10);

const styles = `
  .slots { color: #1f2933; background: #fff; font: 12px system-ui, sans-serif }
  .slots .paper { fill: #fff } .slots text { fill: currentColor } .slots .title { font-size: 15px; font-weight: 600 }
  .slots .line { stroke: currentColor; stroke-opacity: .14 } .slots .way { fill: #0b6bcb }
  .slots .busy { fill: url(#busy) } .slots .stripe { stroke: #0b6bcb; stroke-opacity: .38; stroke-width: 1.4 }
  @media (prefers-color-scheme: dark) {
    .slots { color: #e4e9ee; background: #14181d } .slots .paper { fill: #14181d }
    .slots .way { fill: #6cb4ff } .slots .stripe { stroke: #6cb4ff }
  }`;

/** Three seconds of a full quota from `fromMs` on, slot by slot. Arrivals of one window before belong in there, too. */
export const slotsPicture = (arrivals: readonly JournalEntry[], fromMs: number): string => {
  const x = (at: number): number => margin.left + (Math.min(Math.max(at - fromMs, 0), shownMs) / shownMs) * plot.width;
  const y = (slot: number): number => margin.top + slot * plot.row;
  const box = (kind: string, slot: number, from: number, to: number): string => {
    const [left, right] = [x(from), x(to)];
    if (right - left < 0.05) return '';
    return `<rect class="${kind}" x="${number(left)}" y="${number(y(slot) + bar.inset)}" width="${number(right - left)}" height="${number(plot.row - 2 * bar.inset)}"/>`;
  };
  const bars = laidOut(arrivals).flatMap(({ slot, sentAt, answeredAt }) => [
    box('busy', slot, answeredAt, answeredAt + windowMs),
    box('way', slot, sentAt, answeredAt),
  ]);
  const seconds = Array.from({ length: 2 * (shownMs / 1_000) + 1 }, (_each, index) => index / 2).flatMap((second) => {
    const at = number(x(fromMs + 1_000 * second));
    return [
      `<line class="line" x1="${at}" x2="${at}" y1="${margin.top}" y2="${margin.top + height}"/>`,
      `<text x="${at}" y="${margin.top + height + 18}" text-anchor="middle">${second}</text>`,
    ];
  });
  const labels = [1, 5, 10, 15, 20]
    .filter((slot) => slot <= slotCount)
    .map(
      (slot) => `<text x="${margin.left - 8}" y="${y(slot - 1) + plot.row / 2 + 4}" text-anchor="end">${slot}</text>`,
    );
  const [width, total] = [margin.left + plot.width + margin.right, margin.top + height + margin.bottom];
  const middle = margin.top + height / 2;
  const legend = margin.left + plot.width - 330;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="slots" viewBox="0 0 ${width} ${total}" role="img" aria-labelledby="slots-title">`,
    `<title id="slots-title">${slotCount} slots of a full quota over three seconds</title>`,
    `<style>${styles}\n</style>`,
    '<defs><pattern id="busy" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="stripe" x1="0" x2="0" y1="0" y2="5"/></pattern></defs>',
    `<rect class="paper" width="${width}" height="${total}"/>`,
    `<text class="title" x="${margin.left}" y="28">${slotCount} slots of a full quota, four processes</text>`,
    `<rect class="way" x="${legend}" y="38" width="22" height="12"/><text x="${legend + 28}" y="48">send to answer</text>`,
    `<rect class="busy" x="${legend + 136}" y="38" width="22" height="12"/><text x="${legend + 164}" y="48">busy for one second more</text>`,
    ...seconds,
    ...labels,
    ...bars.filter((each) => each !== ''),
    `<text x="${margin.left + plot.width / 2}" y="${total - 12}" text-anchor="middle">time, seconds</text>`,
    `<text transform="translate(20 ${middle}) rotate(-90)" text-anchor="middle">slot</text>`,
    '</svg>',
    '',
  ].join('\n');
};
