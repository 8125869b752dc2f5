import type { Answer } from '../answer.js';

/** KIS pads `msg1` with blanks to a fixed width in the account front, not in quotations. */
const padded = (text: string): string => text.padEnd(80, ' ');

type Data = Readonly<Record<string, unknown>>;

/** A quotation that worked. */
export const quotation = (data: Data): Answer => ({
  status: 200,
  code: 'MCA00000',
  body: JSON.stringify({ ...data, rt_cd: '0', msg_cd: 'MCA00000', msg1: '정상처리 되었습니다.' }),
});

/** One page of an inquiry with a cursor. */
export const page = (data: Data, place: { readonly first: boolean; readonly last: boolean }): Answer => {
  const code = place.last ? 'KIOK0510' : 'KIOK0500';
  const text = place.last ? '조회가 완료되었습니다' : '조회가 계속됩니다..다음버튼을 Click 하십시오.';
  return {
    status: 200,
    code,
    // `F` or `M` = more pages, `D` or `E` or empty = last.
    headers: { tr_cont: place.last ? 'D' : place.first ? 'F' : 'M' },
    body: JSON.stringify({ ...data, rt_cd: '0', msg_cd: code, msg1: padded(text) }),
  };
};

export const accepted = (output: Data): Answer => ({
  status: 200,
  code: 'APBK0013',
  body: JSON.stringify({ rt_cd: '0', msg_cd: 'APBK0013', msg1: padded('주문 전송 완료 되었습니다.'), output }),
});

/** `/oauth2/*` and hash key: a plain object without an envelope. */
export const plain = (data: Data): Answer => ({ status: 200, code: '', body: JSON.stringify(data) });
