/** Fields by their numbers in the workbook of 2026-05-07; those that are not given are as in a frame of 2026-03-12. */
export type Given = Readonly<Record<string, unknown>>;

/** `number=value`, in the order of a recording: so unlike what JSON.stringify makes of names that are numbers. */
const trade =
  '20=151958 10=-71300 11=+300 12=+0.42 27=+71400 28=-71200 15=+120 13=9263100 14=660509 16=-70900 17=+71500 18=-70600 25=2 ' +
  '26=-1312445 29=-96499865200 30=-12.40 31=0.16 32=152 228=98.41 311=4214782 290=2 691=0 567=000000 568=000000 851=87 ' +
  '1890=090008 1891=101532 1892=133011 1030=4668120 1031=4595015 1032=-49.61 1313=+8556 1316=+120 620=71305 9081=KRX';

const level = (number: number): string =>
  [
    `${String(40 + number)}=+${String(71_300 + 100 * number)} ${String(60 + number)}=${String(1_000 + number)}`,
    `${String(50 + number)}=-${String(71_300 - 100 * number)} ${String(70 + number)}=${String(2_000 + number)}`,
    `${String(80 + number)}=-1 ${String(90 + number)}=+2`,
  ].join(' ');

const book = [
  '21=151959',
  ...Array.from({ length: 10 }, (_none, index) => level(index + 1)),
  '121=11055 122=+246 125=22055 126=+1702 23=71000 24=152233 128=+38611 291=0 292=0 13=9263135 215=2 6044=18234',
].join(' ');

const order =
  '9201=0000000001 9203=0018127 9205= 9001=A005930 912=JJ 913=접수 302=삼성전자 900=10 901=71000 902=10 903=0 904=0000000 905=+매수 ' +
  '906=보통 907=2 908=151957 909= 910= 911= 10=-71300 27=+71400 28=-71200 919=0 920= 921=0 2134=1 2135=KRX 2136=N';

const balance =
  '9201=0000000001 9001=A005930 917=00 916=00000000 302=삼성전자 10=-71300 930=102 931=70900 932=7231800 933=102 945=2 946=2 ' +
  '950=0 951=0 27=+71400 28=-71200 307=71000 8019=0.00';

const tables = { '0B': trade, '0D': book, '00': order, '04': balance } as const;

/** The fields of a type, by number. */
export const valuesOf = (type: keyof typeof tables): Record<string, string> =>
  Object.fromEntries(
    tables[type].split(' ').map((field): [string, string] => {
      const [name = '', value = ''] = field.split('=');
      return [name, value];
    }),
  );

/** An entry as text, its fields in the order of the table; a field that is given as undefined is left out. */
export const entry = (type: keyof typeof tables, given: Given = {}, item = type < '05' ? '' : '005930'): string => {
  const left = new Set(Object.keys(given));
  const fields = Object.entries(valuesOf(type)).map(([name, value]) => [name, value] as const);
  const ordered = tables[type].split(' ').map((field) => field.split('=')[0] ?? '');
  fields.sort(([one], [other]) => ordered.indexOf(one) - ordered.indexOf(other));
  const texts = fields.flatMap(([name, value]) => {
    left.delete(name);
    const shown: unknown = name in given ? given[name] : value;
    return shown === undefined ? [] : [`${JSON.stringify(name)}: ${JSON.stringify(shown)}`];
  });
  if (left.size > 0) throw new Error(`a ${type} has no ${[...left].join(', ')}`);
  return `{"values": {${texts.join(', ')}}, "type": "${type}", "name": "주식", "item": ${JSON.stringify(item)}}`;
};

/** A frame with entries as texts. */
export const real = (...entries: readonly string[]): string => `{"data": [${entries.join(', ')}], "trnm": "REAL"}`;
