import { dayMs, kstMidnightOf } from './kst.js';

/** Digits that make an exact number, whatever they are. */
const exactDigits = 15;

/**
 * The number in `text` from `from` up to `to`, without making a text of it: digits, maybe decimals and blanks around. NaN for
 * anything else, signs included, and for what no number holds exactly.
 */
export const figureIn = (text: string, from: number, to: number): number => {
  if (from >= to || to - from > exactDigits) return unusualFigure(text.slice(from, to));
  let figure = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return unusualFigure(text.slice(from, to));
    figure = figure * 10 + digit;
  }
  return figure;
};

const unusualFigure = (text: string): number => {
  const trimmed = text.trim();
  if (!/^\d+(?:\.\d+)?$/.test(trimmed)) return Number.NaN;
  const figure = Number(trimmed);
  return figure <= Number.MAX_SAFE_INTEGER ? figure : Number.NaN;
};

/** `HHMMSS` in `text` from `from` up to `to`, in ms since midnight; null for anything else. */
export const timeOfDayIn = (text: string, from: number, to: number): number | null => {
  const figure = to - from === 6 ? figureIn(text, from, to) : Number.NaN;
  const hours = Math.floor(figure / 10_000);
  const minutes = Math.floor(figure / 100) % 100;
  const seconds = figure % 100;
  // The last one also turns away blanks, decimals and NaN.
  if (hours > 23 || minutes > 59 || seconds > 59 || !Number.isInteger(figure)) return null;
  return (hours * 3_600 + minutes * 60 + seconds) * 1_000;
};

/** The clocks of brokers and ours differ by less; what is later is of the day before. */
const clockDifferenceMs = 3_600_000;

/** The instant of a KST time of day that was told without its day at `receivedAt`: of that day, or of the one before. */
export const instantNear = (receivedAt: number, timeOfDayMs: number | null): number | null => {
  if (timeOfDayMs === null) return null;
  const instant = kstMidnightOf(receivedAt) + timeOfDayMs;
  return instant > receivedAt + clockDifferenceMs ? instant - dayMs : instant;
};
