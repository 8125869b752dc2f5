import type { Answer } from '../answer.js';

/**
 * Refusals. The envelope's `return_code` is generic; the code that matters hides inside `return_msg`. Shapes and the
 * texts of 1700, 8005 and RC9000 are quoted from public repositories; other texts are in the workbook's manner:
 * compare codes, never words.
 */
const refusal = (status: number, returnCode: number, code: string, text: string): Answer => ({
  status,
  code,
  body: JSON.stringify({ return_code: returnCode, return_msg: text }),
});

/** 1: the request itself is wrong. */
const badRequest = (code: string, text: string): Answer => refusal(200, 1, code, `잘못된 요청입니다[${code}:${text}]`);

/** 2: a header or a field is wrong. */
const badInput = (code: string, text: string): Answer => refusal(200, 2, code, `입력 값 오류입니다[${code}:${text}]`);

export const idMissing = (): Answer => badRequest('1501', 'API ID가 Null이거나 값이 없습니다');
export const idMisplaced = (apiId: string, path: string): Answer =>
  badRequest('1504', `해당 URI에서는 지원하는 API ID가 아닙니다. API ID=${apiId}, URI=${path}`);
export const idUnknown = (apiId: string): Answer =>
  badRequest('1505', `해당 API ID는 존재하지 않습니다. API ID=${apiId}`);

export const fieldMissing = (name: string): Answer =>
  badInput('1511', `필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=${name}`);
export const fieldMalformed = (name: string, reason: string): Answer =>
  badInput('1517', `입력 값 형식이 올바르지 않습니다. 파라미터=${name}, 실패사유=${reason}`);
export const stockUnknown = (code: string): Answer =>
  badInput('1902', `종목 정보가 없습니다. 입력한 종목코드 값을 확인바랍니다. 종목코드=${code}`);

export const authorizationMissing = (): Answer =>
  badInput('1513', 'Http Header에 authorization 필드가 설정되어 있어야 합니다');
export const authorizationMalformed = (): Answer =>
  badInput('1514', '입력으로 들어온 Http Header의 authorization 필드 형식이 맞지 않습니다');
export const tokenTypeUnknown = (): Answer =>
  badInput('1515', 'Http Header의 authorization 필드 내 Grant Type이 미리 정의된 형식이 아닙니다');
export const tokenMissing = (): Answer =>
  badInput('1516', 'Http Header의 authorization 필드 내 Token이 정의되어 있지 않습니다');

const authTexts = {
  8001: 'App Key와 Secret Key 검증에 실패했습니다',
  8002: 'App Key와 Secret Key 검증에 실패했습니다. 실패사유=Secret Key 불일치',
  8005: 'Token이 유효하지 않습니다',
  8011: 'Access Token을 발급하는데 실패했습니다. 입력값에 grant_type이 들어오지 않았습니다',
  8012: 'Access Token을 발급하는데 실패했습니다. grant_type의 값이 맞지 않습니다',
  8015: 'Access Token을 폐기하는데 실패했습니다. 실패사유=존재하지 않는 Token',
  8016: 'Token을 폐기하는데 실패했습니다. 입력값에 Token이 들어오지 않았습니다',
  8020: '입력파라미터로 appkey 또는 secretkey가 들어오지 않았습니다.',
  8030: '투자구분(실전/모의)이 달라서 Appkey를 사용할수가 없습니다',
  8031: '투자구분(실전/모의)이 달라서 Token를 사용할수가 없습니다',
} as const;

export type AuthCode = keyof typeof authTexts;

/** 3: keys and tokens. HTTP 200 by most reports; that of the token call is not on record. */
export const authRefused = (code: AuthCode, style: 'bracket' | 'code' = 'bracket'): Answer => {
  const name = String(code);
  const detail = style === 'bracket' ? `[${name}:${authTexts[code]}]` : ` [CODE=${name}, MESSAGE=${authTexts[code]}]`;
  return refusal(200, 3, name, `인증에 실패했습니다${detail}`);
};

/** What is wrong with a key pair. */
export const keyCode = {
  'app-key-missing': 8020,
  'app-key-unknown': 8001,
  'secret-missing': 8020,
  'secret-wrong': 8002,
} as const;

const TOO_MANY = '허용된 요청 개수를 초과하였습니다';

/** 5: message first, as in log lines of 2026-01 and 2026-03. */
const limitReached = (status: number, code: string, detail: string): Answer => ({
  status,
  code,
  body: JSON.stringify({ return_msg: `${TOO_MANY}[${code}:${detail}]`, return_code: 5 }),
});

/** The quota of one api-id. `flow` is the limit per second. */
export const trBreach = (apiId: string, flow: number): Answer =>
  limitReached(429, '1700', `${TOO_MANY}. 유량=${String(flow)}, API ID=${apiId}`);

/** The quota over all api-ids: its text is not on record. */
export const totalBreach = (): Answer => limitReached(429, '1701', `전체 ${TOO_MANY}`);

/** No breach, although it says the same: too many codes in one call, HTTP 200. */
export const tooManyCodes = (apiId: string): Answer => limitReached(200, '1634', `${TOO_MANY}. API ID=${apiId}`);

/** 20: refusals from behind the gateway. */
const business = (code: string, text: string): Answer => refusal(200, 20, code, `[2000](${code}:${text})`);

export const notOnPaper = (): Answer => business('RC9000', '모의투자에서는 해당업무가 제공되지 않습니다.');
export const paperClosed = (): Answer => business('RC4058', '모의투자 장종료 상태입니다.');
export const paperHoliday = (): Answer => business('RC4010', '모의투자 영업일이 아닙니다.');
/** One id of the paper host says it in another way. */
export const notForPaper = (): Answer => badInput('8104', '모의투자에서는 지원하지 않는 API입니다');

export const methodWrong = (): Answer => refusal(405, 1, '', '잘못된 요청입니다. POST만 지원합니다');
