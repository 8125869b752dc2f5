/** 1234567 → `1,234,567` */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `1 window`, `2 windows` */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Milliseconds in words that fit their size: `0.4 s`, `12 s`, `2 min 05 s`, `1 h 12 min`. */
export const duration = (ms: number): string => {
  if (ms < 950) return `${Math.max(ms > 0 ? 0.1 : 0, ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

const koreanClock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Seoul',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** UTC epoch ms → `2026-11-24 15:03 KST` */
export const koreanTime = (epochMs: number): string => `${koreanClock.format(epochMs)} KST`;
