import { log } from '../log/log.ts';
import { isConditionFailed } from '../table/faults.ts';
import type { Key } from '../table/key.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * The calls of a webhook that are under way, counted by the half-minute in which they began. A target that hangs keeps a
 * worker for as long as its timeout, and must not have all workers. No call takes longer than half a minute, so the count
 * of a worker that died is forgotten with its half-minute. So is a count that is wrong because the answer to a write was
 * lost and the write repeated.
 */

const access = new Table('access');

const windowMilliseconds = 30_000;
/** At most twice as many are under way: those of this half-minute, and of the one before. */
const names = { '#calls': 'calls' };
const mostOfWindow = 64;
const keptSeconds = 3600;

/** Counts a call that begins. @returns where it is counted; undefined if too many are under way */
export async function takeOff(tenant: TenantReference, webhookId: string): Promise<Key | undefined> {
  const now = Date.now();
  const key = webhookKeys.flights(tenant, webhookId, Math.floor(now / windowMilliseconds));
  const counting = {
    expression: 'SET #ttl = :ttl ADD #calls :one',
    names: { ...names, '#ttl': 'ttl' },
    values: { ':ttl': Math.ceil(now / 1000) + keptSeconds, ':one': 1 },
  };
  const room = {
    expression: 'attribute_not_exists(#calls) OR #calls < :most',
    names,
    values: { ':most': mostOfWindow },
  };
  try {
    await access.update(key, counting, room);
    return key;
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}

/** Makes a call that is counted, until it has ended. */
export async function whileIn<T>(flight: Key, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } finally {
    await land(flight);
  }
}

async function land(flight: Key): Promise<void> {
  const counted = { expression: 'attribute_exists(#calls)', names };
  const counting = { expression: 'ADD #calls :less', names, values: { ':less': -1 } };
  await access.update(flight, counting, counted).catch((error: unknown) => {
    log().warn('a call is counted for too long', { error: String(error) });
  });
}

const [soonest, latest] = [3000, 13_000];

/** When a call looks again that found no room, in milliseconds since 1970: not all of them at once. */
export const nextLook = (now: number): number => now + soonest + Math.round(Math.random() * (latest - soonest));
