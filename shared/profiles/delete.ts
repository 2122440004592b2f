import { defineCapability } from '../capability/capability.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { requireFree } from '../entity/holds.ts';
import { type Entity, type Kind, wordsOf } from '../entity/kind.ts';
import { findEntity } from '../entity/rows.ts';
import { addWrite, endedBy, touched } from '../entity/write.ts';
import type { Actor } from '../outbox/event.ts';
import { notFound } from '../problems/problem.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import { deviceFamily } from './device-profiles.ts';
import type { Head } from './heads.ts';
import { raiseSerial, readSerial, requireUnpinned } from './in-use.ts';
import { sensorFamily } from './sensor-profiles.ts';
import type { Family } from './show.ts';

/** Deleting one version of a profile, or the whole profile. The last version takes the profile along. */

type HeadEntity = Entity<Head['fields']>;

async function remove(family: Family, caller: Actor, id: string, version: string | undefined): Promise<void> {
  const { reference } = caller.tenant;
  await retryingRaces(async () => {
    const named = family === sensorFamily;
    const serial = named ? await readSerial(reference) : undefined;
    const head = await findEntity<Head>(family.heads, reference, id);
    const versions = Object.keys(head?.values.versions ?? {});
    if (!head || versions.length === 0 || (version !== undefined && !versions.includes(version)))
      throw notFound(wordsOf(family.heads));
    if (named) await requireUnpinned(reference, id, version);
    const transaction = new Transaction();
    if (version !== undefined) await removeVersion(transaction, family, caller, head, version);
    if (version === undefined || versions.length === 1) await removeHead(transaction, family, caller, head);
    if (named) raiseSerial(transaction, reference, serial);
    await transaction.commit();
  });
}

/** The versions, which nobody can read without the head, are removed by a worker. */
async function removeHead(transaction: Transaction, { heads }: Family, caller: Actor, head: HeadEntity): Promise<void> {
  await addWrite<Head>(transaction, heads, caller, head, undefined, () =>
    requireFree(transaction, caller.tenant.reference, heads.name, head.id),
  );
}

async function removeVersion(
  transaction: Transaction,
  { heads, versions: kind }: Family,
  caller: Actor,
  head: HeadEntity,
  version: string,
): Promise<void> {
  const { [version]: id = '', ...others } = head.values.versions;
  const entity = await findEntity<Kind>(kind, caller.tenant.reference, id);
  if (!entity) throw lostRace();
  await addWrite<Kind>(transaction, kind, caller, entity, undefined, () =>
    requireFree(transaction, caller.tenant.reference, kind.name, id),
  );
  if (Object.keys(others).length === 0) return;
  await addWrite<Head>(transaction, heads, caller, head, touched(head, { ...head.values, versions: others }));
}

const tablesFor = ({ heads, versions }: Family) =>
  together([tablesOf(heads, 'change', 'delete'), tablesOf(versions, 'delete')]);
const asked = [...new Set([...endedBy(sensorFamily.heads), ...endedBy(sensorFamily.versions)])];

export const deleteSensorProfiles = defineCapability({
  tables: together([tablesFor(sensorFamily), { main: ['GetItem', 'Query', 'UpdateItem'] }]),
  raises: ['NOT_FOUND', 'IN_USE'],
  handsTo: asked,
  open: () => ({
    delete: (caller: Actor, id: string, version: string | undefined) => remove(sensorFamily, caller, id, version),
  }),
});

export const deleteDeviceProfiles = defineCapability({
  tables: tablesFor(deviceFamily),
  raises: ['NOT_FOUND', 'IN_USE'],
  handsTo: asked,
  open: () => ({
    delete: (caller: Actor, id: string, version: string | undefined) => remove(deviceFamily, caller, id, version),
  }),
});
