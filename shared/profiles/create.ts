import { defineCapability } from '../capability/capability.ts';
import { newEntity } from '../entity/create.ts';
import { problemsOf, tablesOf, together } from '../entity/grants.ts';
import type { Entity } from '../entity/kind.ts';
import { findEntity } from '../entity/rows.ts';
import { showOne } from '../entity/show.ts';
import { idWith } from '../entity/unique.ts';
import { addWrite, touched, writeEntity } from '../entity/write.ts';
import type { Recording } from '../http/once.ts';
import type { Actor } from '../outbox/event.ts';
import { invalidFields, Problem, problem } from '../problems/problem.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { requireDefinition } from './definition.ts';
import { type DeviceProfileDraft, deviceFamily } from './device-profiles.ts';
import { requireNamedVersion, versionWithoutProfile } from './find.ts';
import { type Head, sensorProfiles } from './heads.ts';
import { pinOf, raiseSerial, readSerial } from './in-use.ts';
import { type SensorProfileDraft, sensorFamily } from './sensor-profiles.ts';
import { shownProfile } from './show.ts';

/** Creating versions of profiles. The first one of a name creates the profile. */

/** The row of a profile knows all of its versions, and a row of DynamoDB has 400 KB. */
const mostVersions = 1000;

type HeadEntity = Entity<Head['fields']>;

/** The head of a name, which all of its versions share; it is created if there is none. */
async function headOf(heads: Head, caller: Actor, name: string): Promise<HeadEntity> {
  const { reference } = caller.tenant;
  const id = await idWith(reference, heads, 'name', name);
  if (id !== undefined) {
    const head = await findEntity(heads, reference, id);
    if (!head) throw lostRace();
    return head;
  }
  const made = newEntity(heads, { name });
  await writeEntity(heads, caller, undefined, made).catch((error: unknown) => {
    // Another request has just created the first version of this name.
    throw error instanceof Problem && error.code === 'CONFLICT' ? lostRace() : error;
  });
  return { ...made, links: [] };
}

/**
 * Adds a version to its head, in the transaction that creates the version; the condition of the head finds races.
 *
 * @throws VERSION_EXISTS, VALIDATION_ERROR if there are too many versions
 */
async function addVersion(
  transaction: Transaction,
  heads: Head,
  caller: Actor,
  head: HeadEntity,
  { version, versionId }: { readonly version: string; readonly versionId: string },
): Promise<void> {
  const { versions } = head.values;
  if (Object.hasOwn(versions, version)) {
    const detail = `Version ${version} exists, and versions never change: raise the version.`;
    throw problem('VERSION_EXISTS', detail, { version });
  }
  if (Object.keys(versions).length >= mostVersions) throw tooManyVersions();
  const values = { ...head.values, versions: { ...versions, [version]: versionId } };
  await addWrite(transaction, heads, caller, head, touched(head, values));
}

const tooManyVersions = () =>
  invalidFields([
    {
      type: 'too_large',
      loc: ['body', 'version'],
      msg: `A profile has at most ${mostVersions} versions: give another name`,
    },
  ]);

async function createSensorProfile(caller: Actor, draft: SensorProfileDraft, once: Recording) {
  requireDefinition(draft.sensors, 'sensors', draft.configSchema);
  const { heads, versions } = sensorFamily;
  return await retryingRaces(async () => {
    const head = await headOf(heads, caller, draft.name);
    const made = newEntity(versions, { ...draft, profileId: head.id });
    const body = shownProfile(await showOne(versions, caller.tenant, { ...made, links: [] }));
    const transaction = new Transaction();
    await addVersion(transaction, heads, caller, head, { version: draft.version, versionId: made.id });
    await addWrite(transaction, versions, caller, undefined, made);
    once.record(transaction, { status: 201, body });
    await transaction.commit();
    return body;
  });
}

/** The definitions of components with the versions that they pin. */
async function pinned(tenant: TenantReference, { components }: DeviceProfileDraft) {
  return await Promise.all(
    components.map(async (component, i) => {
      const { sensorProfileId: id, sensorProfileVersion: version } = component;
      const place = (field: string) => ['components', i, field];
      if (id === null && version !== null)
        throw versionWithoutProfile('sensorProfileId', place('sensorProfileVersion'));
      if (id === null) return component;
      const at = { id: place('sensorProfileId'), version: place('sensorProfileVersion') };
      const found = await requireNamedVersion(sensorProfiles, tenant, id, version ?? undefined, at);
      return { ...component, sensorProfileVersion: found.version };
    }),
  );
}

async function createDeviceProfile(caller: Actor, draft: DeviceProfileDraft, once: Recording) {
  requireDefinition(draft.components, 'components', draft.configSchema);
  const { heads, versions } = deviceFamily;
  const { reference } = caller.tenant;
  return await retryingRaces(async () => {
    const serial = await readSerial(reference);
    const components = await pinned(reference, draft);
    const pins = components.flatMap(({ sensorProfileId: id, sensorProfileVersion: version }) =>
      id === null || version === null ? [] : [pinOf(id, version)],
    );
    const head = await headOf(heads, caller, draft.name);
    const made = newEntity(versions, { ...draft, components, pins: [...new Set(pins)], profileId: head.id });
    const body = shownProfile(await showOne(versions, caller.tenant, { ...made, links: [] }));
    const transaction = new Transaction();
    await addVersion(transaction, heads, caller, head, { version: draft.version, versionId: made.id });
    await addWrite(transaction, versions, caller, undefined, made);
    if (pins.length > 0) raiseSerial(transaction, reference, serial);
    once.record(transaction, { status: 201, body });
    await transaction.commit();
    return body;
  });
}

const raisedBy = (heads: Head) =>
  [
    ...problemsOf(heads, 'create').filter((code) => code !== 'CONFLICT'),
    'VERSION_EXISTS',
    'SCHEMA_INVALID',
    'VALIDATION_ERROR',
  ] as const;

export const createSensorProfiles = defineCapability({
  tables: together([
    tablesOf(sensorFamily.heads, 'create', 'change'),
    tablesOf(sensorFamily.versions, 'create'),
    { main: ['GetItem'] },
  ]),
  raises: [...raisedBy(sensorFamily.heads)],
  open: () => ({ create: createSensorProfile }),
});

export const createDeviceProfiles = defineCapability({
  tables: together([
    tablesOf(deviceFamily.heads, 'create', 'change'),
    tablesOf(deviceFamily.versions, 'create'),
    { main: ['GetItem', 'UpdateItem'] },
  ]),
  raises: [...raisedBy(deviceFamily.heads)],
  open: () => ({ create: createDeviceProfile }),
});
