import { defineCapability } from '../capability/capability.ts';
import { newEntity } from '../entity/create.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { findEntity } from '../entity/rows.ts';
import { touchEntity } from '../entity/touch.ts';
import { idWith } from '../entity/unique.ts';
import { followersOf, nextVersion, writeEntity } from '../entity/write.ts';
import { log } from '../log/log.ts';
import type { EquipMessage } from '../messages/equip-device.ts';
import type { Actor } from '../outbox/event.ts';
import { Problem } from '../problems/problem.ts';
import { type ComponentDefinition, deviceProfileVersions } from '../profiles/device-profiles.ts';
import { findVersion } from '../profiles/find.ts';
import { sensorProfiles } from '../profiles/heads.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { components, countMove } from '../topology/components.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { devices } from './devices.ts';
import { readWithWorkspace } from './stored.ts';

/** The components of a device that was given a version of a profile. */

/** A device, and the version of its profile that it is being equipped with. */
interface Equipping {
  readonly actor: Actor;
  readonly deviceId: string;
  readonly versionId: string;
}

/**
 * A device stores the version that it was equipped with. So a redelivered message does not undo later changes, and a
 * retry after a failure continues and repeats nothing.
 */
async function equip({ tenant, deviceId }: EquipMessage): Promise<void> {
  const found = await readWithWorkspace(tenant, deviceId);
  const { deviceProfileVersionId: versionId = null, equippedVersionId } = found?.device.values ?? {};
  if (!found || versionId === null || versionId === equippedVersionId) return;
  const profile = await findEntity(deviceProfileVersions, tenant, versionId);
  const actor = systemCaller(found.workspace);
  for (const definition of profile?.values.components ?? [])
    await retryingRaces(() => place({ actor, deviceId, versionId }, definition));
  await touchEntity(devices, actor, deviceId, (values) =>
    values.deviceProfileVersionId === versionId ? { ...values, equippedVersionId: versionId } : values,
  );
}

/** Creates a component, or moves the one with this name to the profile of its definition. */
async function place({ actor, deviceId, versionId }: Equipping, definition: ComponentDefinition): Promise<void> {
  const { reference } = actor.tenant;
  const id = await idWith(reference, components, 'name', definition.name, deviceId);
  const before = id === undefined ? undefined : await findEntity(components, reference, id);
  if (id !== undefined && !before) throw lostRace();
  // Read after the component: if another version is given to the device and moves the component, this write fails.
  const device = await findEntity(devices, reference, deviceId);
  if (device?.values.deviceProfileVersionId !== versionId) return;
  const pin = await pinOf(actor, definition);
  if (!before) return await add(actor, newEntity(components, { deviceId, name: definition.name, ...pin }));
  if (!pin || pin.sensorProfileVersionId === before.values.sensorProfileVersionId) return;
  await writeEntity(
    components,
    actor,
    before,
    nextVersion(before, countMove(before.values, { ...before.values, ...pin })),
  );
}

/** The fields of a component that follow its profile; undefined if the definition names none. */
async function pinOf(actor: Actor, { sensorProfileId, sensorProfileVersion }: ComponentDefinition) {
  if (sensorProfileId === null || sensorProfileVersion === null) return undefined;
  const found = await findVersion(sensorProfiles, actor.tenant.reference, sensorProfileId, sensorProfileVersion);
  if (typeof found === 'string') return undefined;
  return { sensorProfileId, sensorProfileVersion, sensorProfileVersionId: found.versionId };
}

async function add(actor: Actor, made: ReturnType<typeof newEntity<typeof components>>): Promise<void> {
  try {
    await writeEntity(components, actor, undefined, made);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'CONFLICT') throw lostRace();
    // The device has as many components as it may have, or it was just deleted.
    if (error.code !== 'QUOTA_EXCEEDED' && error.code !== 'VALIDATION_ERROR') throw error;
    const { deviceId, name } = made.values;
    log().warn('component not created', { device: deviceId, component: name, error_code: error.code });
  }
}

export const equipDevices = defineCapability({
  tables: together([
    tablesOf(components, 'create', 'change'),
    tablesOf(devices, 'change'),
    { main: ['BatchGetItem', 'GetItem'] },
  ]),
  handsTo: [...followersOf(components), ...followersOf(devices)],
  open: () => ({ equip }),
});
