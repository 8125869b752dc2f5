import type { BrokerName } from '../house.js';
import type { TakenOrder } from './order-news.js';
import type { Delivery } from './pump.js';
import type { Session } from './session.js';

/** How one broker speaks on its WebSocket. */
export interface Dialect {
  readonly broker: BrokerName;
  /** A socket was let in. */
  opened?(session: Session): void;
  /** A message of the client. */
  hear(session: Session, text: string): void;
  /** The keep-alive message, or undefined while the session has not earned one. */
  ping(session: Session, at: number): string | undefined;
  /** Too many pings were not answered: ends the session. */
  lost(session: Session): void;
  deliver(session: Session, deliveries: readonly Delivery[]): void;
  /** An order of the session's key was accepted. */
  tellOrder(session: Session, order: TakenOrder): void;
}
