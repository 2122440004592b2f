import { asWritten, parseExactly } from '../json/exact.ts';
import { markedJsonOf } from '../messages/device-message.ts';
import { idFor } from '../table/ids.ts';
import { quarantineId } from '../table/keys/quarantine.ts';
import { optional } from '../table/table.ts';
import { cutTo } from '../wire/text.ts';
import type { Cause, Refusal } from './cause.ts';

/** Items of the quarantine as rows. */

export const keptMilliseconds = 30 * 86_400_000;

export const itemStatuses = ['OPEN', 'REPLAYED'] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** What was refused: a part as JSON, or a whole message in base64. */
export interface Refused {
  readonly part?: string;
  readonly payload?: string;
}

export interface ItemRow extends Refused {
  /** Its id, which begins with the instant of receipt. */
  readonly sk: string;
  readonly deviceId: string;
  readonly topic: string;
  readonly cause: Cause;
  readonly message: string;
  readonly status: ItemStatus;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly ttl: number;
  readonly component?: string;
  readonly key?: string;
  /** Whether it is counted in the group without a key, although it has one. */
  readonly isInRest?: boolean;
  readonly place?: number;
  readonly alone?: boolean;
  /** The certificate of the sender of a whole message. */
  readonly principal?: string;
  /** Whether what was refused is in a row of its own. */
  readonly isApart?: boolean;
}

/** A message of a device. */
export interface Message {
  readonly topic: string;
  readonly principal?: string | null | undefined;
  /** Base64. */
  readonly payload: string;
  /** When the broker received it, in milliseconds since 1970. */
  readonly at: number;
}

/** The rows of an item. */
export interface Item {
  readonly row: ItemRow;
  /** In a row of its own, if it is long. */
  readonly apart: Refused | undefined;
}

/** Longer content has a row of its own, since lists read the rows of items. */
const mostInline = 1024;
const longestName = 255;
const longestMessage = 1000;

/** The item of a refusal. The same refusal of the same message is the same item. */
export function itemOf(deviceId: string, message: Message, refusal: Refusal, index: number): Item {
  const { topic, payload, at, principal } = message;
  const { cause, part, place = index, alone, component, key } = refusal;
  const isWhole = part === undefined;
  const subject = `${topic} ${isWhole ? 'all' : place} ${payload}`;
  const refused = isWhole ? { payload } : { part };
  const isApart = (part ?? payload).length > mostInline;
  const row = {
    sk: quarantineId(idFor(at, subject), deviceId),
    deviceId,
    topic,
    cause,
    message: cutTo(longestMessage, refusal.message),
    status: 'OPEN' as const,
    receivedAt: at,
    ttl: Math.ceil((at + keptMilliseconds) / 1000),
    ...optional('component', component && cutTo(longestName, component)),
    ...optional('key', key && cutTo(longestName, key)),
    ...(isWhole ? optional('principal', principal ?? undefined) : { place, ...optional('alone', alone) }),
    ...(isApart ? { isApart } : refused),
  };
  return { row: row as ItemRow, apart: isApart ? refused : undefined };
}

/** What was refused, as JSON; bytes that are not JSON as `{ "base64" }`. Numbers keep their digits. */
export function shownPayload({ part, payload = '' }: Refused): unknown {
  if (part !== undefined) return parseExactly(part);
  const marked = markedJsonOf({ payload });
  return marked === undefined ? { base64: payload } : asWritten(marked);
}
