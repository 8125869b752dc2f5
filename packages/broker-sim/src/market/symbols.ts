/** How a symbol of the simulated market behaves. Names are real, prices and volumes are invented. */
export interface SimSymbol {
  /** Six-digit code. */
  readonly code: string;
  readonly name: string;
  /** Price in KRW around which the series moves. */
  readonly basePrice: number;
  /** Mean number of trades in a minute that has any. */
  readonly tradesPerMinute: number;
  /** Chance that a minute passes without a trade; 0 gives the full 381 rows of a normal KRX day. */
  readonly idleShare: number;
  /** Mean size of a trade in shares. */
  readonly meanSize: number;
  readonly listedShares: number;
  /** From `day` on, one old share is `ratio` new ones. `basePrice` is the price of a new share. */
  readonly split?: { readonly day: string; readonly ratio: number };
}

const liquid = (code: string, name: string, basePrice: number, meanSize: number, listedShares: number): SimSymbol => ({
  code,
  name,
  basePrice,
  tradesPerMinute: 7,
  idleShare: 0,
  meanSize,
  listedShares,
});

/** Thirteen shares: eleven that trade every minute, a thin one, and a very thin one with a split. */
export const defaultSymbols: readonly SimSymbol[] = [
  liquid('005930', '삼성전자', 71_000, 4_000, 5_919_637_922),
  liquid('000660', 'SK하이닉스', 182_000, 900, 728_002_365),
  liquid('035420', 'NAVER', 214_000, 180, 158_437_008),
  liquid('005380', '현대차', 243_500, 190, 209_416_191),
  liquid('051910', 'LG화학', 318_000, 70, 70_592_343),
  liquid('035720', '카카오', 41_200, 500, 441_866_000),
  liquid('000270', '기아', 102_300, 330, 397_672_632),
  liquid('068270', '셀트리온', 176_800, 220, 217_000_000),
  liquid('105560', 'KB금융', 94_600, 300, 393_528_423),
  liquid('055550', '신한지주', 55_900, 340, 503_000_000),
  liquid('012330', '현대모비스', 251_000, 60, 92_995_094),
  // Thin: about one minute in eight has no trade.
  { ...liquid('066570', 'LG전자', 96_400, 120, 163_647_814), tradesPerMinute: 2, idleShare: 0.12 },
  // Very thin: most minutes have none. Its split is invented: raw and adjusted prices differ before that day.
  {
    ...liquid('003460', '유화증권', 2_265, 60, 11_340_000),
    tradesPerMinute: 1,
    idleShare: 0.75,
    split: { day: '20260303', ratio: 5 },
  },
];

/** How many of today's shares one share of `day` has become. */
export const splitFactor = ({ split }: SimSymbol, day: string): number =>
  split !== undefined && day < split.day ? split.ratio : 1;
