import { isConditionFailed } from '../table/faults.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { asLostRace, lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * The rate of a webhook as numbered slots: each minute has as many as the webhook may get calls in a minute, so slot
 * `n` is in minute `n / limit` since 1970. A call takes the next one that is free, in one write, and waits until its
 * time comes. No polling is needed.
 */
interface SlotRow {
  /** The last slot that was taken. */
  readonly slot: number;
  readonly limit: number;
}

const access = new Table('access');
const millisecondsPerMinute = 60_000;

/**
 * Takes the next free slot.
 *
 * @param before no slot is taken at this time or later
 * @returns when its time comes, in milliseconds since 1970; undefined if all slots are taken until `before`
 */
export async function takeSlot(
  tenant: TenantReference,
  webhookId: string,
  limit: number,
  before: number,
): Promise<number | undefined> {
  return await retryingRaces(async () => {
    const key = webhookKeys.slots(tenant, webhookId);
    const minute = Math.floor(Date.now() / millisecondsPerMinute);
    const first = minute * limit;
    const last = Math.max(first, Math.ceil((before / millisecondsPerMinute) * limit) - 1);
    const values = { ':first': first, ':limit': limit };
    const names = { '#limit': 'limit' };
    try {
      // The usual case: this minute, or a later one, has had calls.
      const next = { expression: 'ADD slot :one', values: { ':one': 1 } };
      const room = '#limit = :limit AND slot >= :first AND slot < :last';
      const row = await access.update<SlotRow>(key, next, {
        expression: room,
        names,
        values: { ...values, ':last': last },
      });
      return timeOf(row);
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
    const row = await access.get<SlotRow>(key);
    if (row && row.limit === limit && row.slot >= first) {
      if (row.slot >= last) return undefined;
      throw lostRace();
    }
    // The first call of a minute, or the first one under a new limit.
    const began = { expression: 'SET slot = :first, #limit = :limit', names, values };
    const idle = { expression: 'attribute_not_exists(slot) OR slot < :first OR #limit <> :limit', names, values };
    return timeOf(await access.update<SlotRow>(key, began, idle).catch(asLostRace));
  });
}

/** Slots of a later minute are spread over it. Those of the present one are free at once. */
function timeOf({ slot, limit }: SlotRow): number {
  const minute = Math.floor(slot / limit) * millisecondsPerMinute;
  return minute <= Date.now() ? Date.now() : Math.ceil((slot / limit) * millisecondsPerMinute);
}
