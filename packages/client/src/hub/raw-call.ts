import { rawInquiry, type Broker, type BrokerName, type Endpoint, type Params } from '../broker/contract.js';
import { CallInvalid } from '../error/index.js';

/** A call that the catalogue does not know (yet), in the broker's own terms. */
export interface RawCall {
  /** `GET` unless said otherwise; Kiwoom takes `POST` for everything. */
  readonly method?: 'GET' | 'POST';
  /** As in the broker's documentation, from the first slash on: `/uapi/…` or `/api/dostk/…`. */
  readonly path: string;
  /** KIS `tr_id`, Kiwoom `api-id`; the one of the environment that the hub is set to. */
  readonly tr: string;
  /** By the broker's names, values are strings; a GET has them in its query, a POST in its JSON body. */
  readonly params?: Params;
  /**
   * Whether the call may be repeated when its outcome is unknown. By default only a GET of KIS: every other call may change
   * something at the broker. What the catalogue knows as an order cannot be declared a read.
   */
  readonly replayable?: boolean;
}

/** Tokens and approval keys have other paths: they are the vault's. */
const homes = { kis: '/uapi/', kiwoom: '/api/dostk/' } as const satisfies Record<BrokerName, string>;

/** A header of its own and nothing that could end it. */
const trShape = /^[A-Za-z0-9]{1,13}$/;

const pathShape = /^\/[A-Za-z0-9/._-]+$/;

type Known = Pick<Broker, 'name' | 'catalogue'>;

/** A TR that the catalogue knows as one that changes something. */
const isOrder = ({ catalogue }: Known, tr: string): boolean =>
  Object.values(catalogue).some(
    (endpoint) => !endpoint.replayable && (endpoint.tr.real === tr || endpoint.tr.paper === tr),
  );

/** Raised before anything is sent: HUB_CALL_INVALID. */
export const rawEndpoint = (of: Known, call: RawCall): Endpoint => {
  const { name: broker } = of;
  const { path, tr, params = {}, replayable } = call;
  const method = call.method ?? (broker === 'kiwoom' ? 'POST' : 'GET');
  if (typeof tr !== 'string' || !trShape.test(tr)) {
    throw new CallInvalid(
      `${broker}: ${JSON.stringify(tr)} is no TR`,
      'Give 1 to 13 letters and digits, as documented.',
    );
  }
  if (typeof path !== 'string' || !path.startsWith(homes[broker]) || !pathShape.test(path) || path.includes('..')) {
    throw new CallInvalid(
      `${tr}: ${JSON.stringify(path)} is no path of ${broker}`,
      `Give the path alone, from ${homes[broker]} on; parameters go into params, and tokens are the hub's.`,
    );
  }
  if (!['GET', 'POST'].includes(method) || (broker === 'kiwoom' && method === 'GET')) {
    throw new CallInvalid(`${tr}: ${broker} has no ${JSON.stringify(method)}`, 'Leave the method out, or give POST.');
  }
  if (replayable !== undefined && typeof replayable !== 'boolean') {
    throw new CallInvalid(`${tr}: replayable is neither true nor false`, 'Give true, or leave it out.');
  }
  const order = isOrder(of, tr);
  if (order && replayable === true) {
    throw new CallInvalid(`${tr} changes something at the broker, so it is never repeated`, 'Leave replayable out.');
  }
  return {
    name: tr,
    title: '',
    method,
    path,
    tr: { real: tr, paper: tr },
    required: [],
    optional: Object.keys(params),
    replayable: replayable ?? (broker === 'kis' && method === 'GET' && !order),
    inquiry: rawInquiry,
    continuation: 'none',
    facts: {},
  };
};
