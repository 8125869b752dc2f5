/** Titles of the types that a session may register; the ones in brackets of the workbook are the names on the wire. */
export const typeNames: Readonly<Record<string, string>> = {
  '00': '주문체결',
  '04': '현물잔고',
  '0A': '주식기세',
  '0B': '주식체결',
  '0C': '주식우선호가',
  '0D': '주식호가잔량',
  '0E': '주식시간외호가',
  '0F': '주식당일거래원',
  '0G': 'ETF NAV',
  '0H': '주식예상체결',
  '0I': '국제금환산가격',
  '0J': '업종지수',
  '0U': '업종등락',
  '0g': '주식종목정보',
  '0m': 'ELW 이론가',
  '0s': '장시작시간',
  '0u': 'ELW 지표',
  '0w': '종목프로그램매매',
  '1h': 'VI발동/해제',
};

const failed = (trnm: string, code: number, text: string): string =>
  JSON.stringify({ trnm, return_code: code, return_msg: text });

export const ping = (): string => JSON.stringify({ trnm: 'PING' });

export const loggedIn = (sor: boolean): string =>
  JSON.stringify({ trnm: 'LOGIN', return_code: 0, return_msg: '', sor_yn: sor ? 'Y' : 'N' });

const loginTexts = {
  8005: 'Token이 유효하지 않습니다',
  8031: '투자구분(실전/모의)이 달라서 Token를 사용할수가 없습니다',
} as const;

/** The generic code was seen once, in one repository. */
const LOGIN_REFUSED = 805_004;

export const loginRefused = (code: keyof typeof loginTexts): string =>
  failed('LOGIN', LOGIN_REFUSED, `로그인 인증에 실패했습니다 [CODE=${code}, MESSAGE=${loginTexts[code]}]`);

/** The items are not echoed. */
export const registered = (trnm: string): string => failed(trnm, 0, '');

/** 1: the message itself is wrong. */
export const registerRefused = (trnm: string, code: string, text: string): string =>
  failed(trnm, 1, `입력 값 오류입니다[${code}:${text}]`);

/** Text in the manner of one repository that met the code. */
export const tooManyItems = (trnm: string): string => failed(trnm, 1, '실시간 등록 개수를 초과하였습니다[105110]');

const systemTexts = {
  R10001: '동일한 App key로 접속이 되었습니다. 기존 접속은 종료됩니다.',
  R10002: 'Heartbeat 응답이 없어 접속을 종료합니다.',
  R10004: '로그인 인증이 들어오기 전에 다른 전문이 들어왔습니다.',
} as const;

export type SystemCode = keyof typeof systemTexts;

/** The last words before the broker closes. */
export const system = (code: SystemCode): string =>
  JSON.stringify({ trnm: 'SYSTEM', code, message: systemTexts[code] });

export interface LiveEntry {
  readonly type: string;
  readonly item: string;
  /** By field number. */
  readonly values: Readonly<Record<string, string>>;
}

export const realFrame = (entries: readonly LiveEntry[]): string =>
  JSON.stringify({
    trnm: 'REAL',
    data: entries.map(({ type, item, values }) => ({ type, name: typeNames[type] ?? '', item, values })),
  });
