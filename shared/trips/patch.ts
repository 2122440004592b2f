import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVisible } from '../devices/visible.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { sameJson } from '../json/equality.ts';
import { parseExactly } from '../json/exact.ts';
import { recordEvent } from '../outbox/event.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { tripKeys } from '../table/keys/trips.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { countOf, readCurrent } from './current.ts';
import { readKnown, requireTrip } from './read.ts';
import type { TripBody, TripRow } from './trip.ts';
import { type ShownTrip, showTrip, type TripPatch } from './wire.ts';

/** Changes what people write to a trip. */

const main = new Table('main');

type Written = Required<{ readonly [K in keyof TripPatch]: Exclude<TripPatch[K], undefined> }>;

const writtenIn = (row: TripRow, body: TripBody | undefined): Written => ({
  name: row.name ?? null,
  metadata: parseExactly(body?.metadata ?? '{}') as Written['metadata'],
  notes: body?.notes ?? '',
});

/** @throws NOT_FOUND, PRECONDITION_FAILED */
async function patch(
  caller: Caller,
  deviceId: string,
  id: string,
  given: TripPatch,
  ifMatch: VersionMatch | undefined,
): Promise<ShownTrip> {
  const { reference } = caller.tenant;
  return await retryingRaces(async () => {
    const { device, head } = await readKnown(caller.tenant, deviceId);
    requireVisible(caller, device);
    const { row, body } = await requireTrip(reference, deviceId, id);
    requireVersion(ifMatch, row.version);
    const before = writtenIn(row, body);
    const after: Written = {
      name: given.name === undefined ? before.name : given.name,
      metadata: given.metadata ?? before.metadata,
      notes: given.notes ?? before.notes,
    };
    const count = countOf(row, readCurrent(head));
    if (sameJson(before, after)) return showTrip(deviceId, row, body, count);
    const { name, notes } = after;
    const changed = { updatedAt: Date.now(), version: row.version + 1, ...(name === null ? {} : { name }) };
    const nextBody = { metadata: JSON.stringify(after.metadata), notes };
    const { name: _, ...nameless } = row;
    const shown = showTrip(deviceId, { ...nameless, ...changed }, nextBody, count);
    const transaction = new Transaction();
    const asRead = unchanged({ version: row.version });
    const update = setAll(changed, name === null ? ['name'] : []);
    transaction.update(main, tripKeys.trip(reference, deviceId, id), update, asRead, lostRace);
    transaction.update(main, tripKeys.tripBody(reference, deviceId, id), setAll(nextBody));
    const names = (['name', 'metadata', 'notes'] as const).filter((one) => !sameJson(before[one], after[one]));
    recordEvent(transaction, caller, {
      action: 'session.update',
      resourceType: 'session',
      resourceId: id,
      changes: Object.fromEntries(names.map((one) => [one, [before[one], after[one]]])),
    });
    await transaction.commit();
    return shown;
  });
}

export const patchTrips = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'] },
  raises: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  open: () => ({ patch }),
});
