import type { Tables } from '../capability/capability.ts';
import { countMetric, log } from '../log/log.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { Table } from '../table/table.ts';
import { platformReference, type TenantReference } from '../tenancy/tenant.ts';
import type { Refusal } from './cause.ts';
import { itemOf, type Message as RefusedMessage } from './item.ts';
import { keepItems } from './keep.ts';

export { foreign, inactive, type Refusal } from './cause.ts';

/**
 * Messages of devices that are refused: they are counted, logged, and kept for 30 days, so that their senders can be
 * corrected.
 */

/** What is known about a message. */
interface Message extends RefusedMessage {
  readonly tenant?: TenantReference | undefined;
  readonly deviceId?: string | undefined;
}

const main = new Table('main');
const mostLogged = 1024;

function count({ topic, principal, payload }: Message, reason: string, parts = 1): void {
  countMetric('DeviceMessageRefused');
  const beginning = payload.slice(0, mostLogged);
  log().info('device message refused', { reason, parts, topic, certificate: principal, payload: beginning });
}

/** Counts a message of a workspace that has used up its events; it is not kept. */
export const refuseOverQuota = (message: Message): void => count(message, 'over quota');

/** Keeps the refused parts of a message, or all of it. A redelivered message changes nothing. */
export async function refuseMessage(message: Message, ...refusals: readonly Refusal[]): Promise<void> {
  const [first] = refusals;
  if (!first) return;
  for (const [cause, some] of Map.groupBy(refusals, (one) => one.cause)) count(message, cause, some.length);
  const owner = await ownerOf(message, first);
  if (!owner) return;
  const items = refusals.map((refusal, index) => itemOf(owner.deviceId, message, refusal, index));
  await keepItems(owner.tenant, owner.deviceId, message, items);
}

interface Owner {
  readonly tenant: TenantReference;
  readonly deviceId: string;
}

/** The device in whose quarantine a message is kept: that of the topic, or else that of the certificate, if any. */
async function ownerOf(message: Message, { cause }: Refusal): Promise<Owner | undefined> {
  const { tenant, deviceId, principal } = message;
  if (cause !== 'CERTIFICATE_MISMATCH') return tenant && deviceId ? { tenant, deviceId } : undefined;
  return principal ? await main.get<Owner & object>(certificateKeys.bearer(platformReference, principal)) : undefined;
}

/** The rights to refuse messages. */
export const tablesOfRefusal: Tables = {
  main: ['GetItem', 'PutItem'],
  access: ['GetItem', 'PutItem', 'UpdateItem'],
  telemetry: ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
};
