import type { Answer } from '../answer.js';

/** Gateway errors of `/uapi/*`: HTTP 500 and nothing but these three fields. */
const gatewayTexts = {
  EGW00102: 'AppKey는 필수입니다.',
  EGW00103: '유효하지 않은 AppKey입니다.',
  EGW00104: 'AppSecret은 필수입니다.',
  EGW00105: '유효하지 않은 AppSecret입니다.',
  EGW00121: '유효하지 않은 token 입니다.',
  EGW00123: '기간이 만료된 token 입니다.',
  EGW00131: 'hashkey가 유효하지 않습니다.',
  EGW00132: 'Content-type이 유효하지 않습니다.',
  EGW00201: '초당 거래건수를 초과하였습니다.',
  EGW00202: 'GW라우팅 중 오류가 발생했습니다.',
  EGW00203: 'OPS라우팅 중 오류가 발생했습니다.',
  EGW00205: 'credentials_type이 유효하지 않습니다.(Bearer)',
  EGW02004: '실전투자/모의투자 도메인과 맞지 않는 TR 또는 AppKey 입니다.',
} as const;

export type GatewayCode = keyof typeof gatewayTexts;

export const gatewayError = (code: GatewayCode): Answer => ({
  status: 500,
  code,
  body: JSON.stringify({ rt_cd: '1', msg_cd: code, msg1: gatewayTexts[code] }),
});

/** Errors of `/oauth2/*`: other field names, HTTP 403. */
const oauthTexts = {
  EGW00102: gatewayTexts.EGW00102,
  EGW00103: gatewayTexts.EGW00103,
  EGW00104: gatewayTexts.EGW00104,
  EGW00105: gatewayTexts.EGW00105,
  EGW00115: 'grant_type은 필수입니다.',
  EGW00116: '유효하지 않은 grant_type입니다.',
  EGW00121: gatewayTexts.EGW00121,
  EGW00133: '접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)',
} as const;

export type OauthCode = keyof typeof oauthTexts;

export const oauthError = (code: OauthCode): Answer => ({
  status: 403,
  code,
  body: JSON.stringify({ error_code: code, error_description: oauthTexts[code] }),
});

/** What is wrong with a key pair, in the gateway's code. */
export const keyCode = {
  'app-key-missing': 'EGW00102',
  'app-key-unknown': 'EGW00103',
  'secret-missing': 'EGW00104',
  'secret-wrong': 'EGW00105',
} as const;

/** Errors behind the gateway come as HTTP 200 with `rt_cd` 1. */
const refusal = (code: string, text: string): Answer => ({
  status: 200,
  code,
  body: JSON.stringify({ rt_cd: '1', msg_cd: code, msg1: text }),
});

export const fieldMissing = (field: string): Answer => refusal('OPSQ2001', `ERROR : INPUT FIELD NOT FOUND [${field}]`);
export const fieldInvalid = (field: string): Answer => refusal('OPSQ2001', `ERROR INVALID ${field}`);
export const fieldLength = (field: string): Answer => refusal('OPSQ2002', `ERROR INPUT FIELD SIZE [${field}]`);
export const accountInvalid = (): Answer => refusal('OPSQ2000', 'ERROR : INPUT INVALID_CHECK_ACNO');
export const trMissing = (): Answer => refusal('OPSQ9999', 'TR_ID가 없습니다.');
export const trUnknown = (): Answer => refusal('OPSQ0002', '없는 서비스 코드 입니다');
export const headerInvalid = (): Answer => refusal('OPSQ0007', '헤더정보 오류입니다.');
export const bodyMissing = (): Answer => refusal('OPSQ9995', 'BODY가 없습니다.');
export const bodyInvalid = (): Answer => refusal('OPSQ9997', 'JSON 형식이 올바르지 않습니다.');
