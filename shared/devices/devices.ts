import * as z from 'zod';
import { defaulted, hidden, idOf, optional, required, serverSet, shownId } from '../entity/fields.ts';
import { equals, includes } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { EquipMessage } from '../messages/equip-device.ts';
import { RetireMessage } from '../messages/retire-device.ts';
import { problem } from '../problems/problem.ts';
import { deviceProfileVersionTarget } from '../profiles/device-profiles.ts';
import { deviceProfiles, deviceProfileTarget } from '../profiles/heads.ts';
import { withPin } from '../profiles/pin.ts';
import { givenVersion } from '../profiles/version.ts';
import { deviceKinds } from '../topology/device-terms.ts';
import { siteTarget } from '../topology/sites.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { shownFingerprint } from '../wire/id.ts';
import { latitude, longitude } from '../wire/position.ts';
import { strictObject } from '../wire/schema.ts';
import { Tags } from '../wire/tags.ts';
import { exactKey, label } from '../wire/text.ts';
import { headOf } from './head.ts';
import { publishExistence } from './publish.ts';

export const deviceStatuses = ['PENDING', 'ACTIVE', 'INACTIVE', 'MAINTENANCE', 'OFFLINE'] as const;
export type DeviceStatus = (typeof deviceStatuses)[number];
export const DeviceStatus = z.enum(deviceStatuses);

/** The status changes that a request may ask for. The platform makes all others itself. */
const steps: Readonly<Record<DeviceStatus, readonly DeviceStatus[]>> = {
  PENDING: [],
  ACTIVE: ['INACTIVE', 'MAINTENANCE'],
  OFFLINE: ['INACTIVE', 'MAINTENANCE'],
  INACTIVE: ['ACTIVE'],
  MAINTENANCE: ['ACTIVE'],
};

const place = { latitude, longitude };

const pinFields = {
  id: 'deviceProfileId',
  version: 'deviceProfileVersion',
  versionId: 'deviceProfileVersionId',
} as const;

/** Trackers, gateways and paired phones: whatever moves or measures. */
export const devices = defineKind({
  name: 'device',
  letters: 'camelCase',
  fields: {
    name: required(label(255), z.string()),
    externalId: optional(exactKey(128), z.string()),
    kind: defaulted(z.enum(deviceKinds), z.enum(deviceKinds), 'tracker'),
    status: serverSet(defaulted(DeviceStatus, DeviceStatus, 'ACTIVE')),
    siteId: optional(idOf(siteTarget), shownId()),
    deviceProfileId: optional(idOf(deviceProfileTarget), shownId()),
    deviceProfileVersion: optional(givenVersion(), z.string()),
    deviceProfileVersionId: hidden(serverSet(optional(z.string(), z.string()))),
    /** The version of its profile that it was equipped with; its components may have changed since. */
    equippedVersionId: hidden(serverSet(optional(z.string(), z.string()))),
    tags: defaulted(Tags, z.array(z.string()), []),
    metadata: defaulted(freeObject(16 * 1024), keptObject(), {}),
    location: optional(
      strictObject(place).meta({ id: 'InstallationPoint' }),
      z.object(place).meta({ id: 'ShownInstallationPoint' }),
    ),
    activeSessionId: serverSet(optional(z.string(), shownId())),
    certificateId: serverSet(optional(z.string(), shownFingerprint())),
    userId: serverSet(optional(z.string(), shownId())),
    firmwareVersion: serverSet(optional(z.string(), z.string())),
    connected: serverSet(defaulted(z.boolean(), z.boolean(), false)),
  },
  unique: { externalId: { taken: 'EXTERNAL_ID_EXISTS' } },
  references: {
    siteId: { to: siteTarget, onDelete: 'null' },
    deviceProfileId: { to: deviceProfileTarget, onDelete: 'restrict' },
    deviceProfileVersionId: { to: deviceProfileVersionTarget, onDelete: 'restrict' },
  },
  filters: {
    status: equals('status'),
    kind: equals('kind'),
    siteId: equals('siteId'),
    deviceProfileId: equals('deviceProfileId'),
    tag: includes('tags'),
    externalId: equals('externalId'),
    connected: equals('connected'),
    userId: equals('userId'),
  },
  quota: { resource: 'devices' },
  computed: headOf,
  retiredBy: RetireMessage,
  allows: (before, after) => {
    const [from, to] = [before.status, after.status];
    if (from === to || steps[from].includes(to)) return;
    throw problem('INVALID_TRANSITION', `No request can make a device ${to} that is ${from}.`, { from, to });
  },
  settles: {
    tables: { main: ['GetItem'] },
    settle: async (tenant, before, after, given) => {
      const pinned = await withPin(deviceProfiles, pinFields, tenant, before, after, given);
      const isSame = before?.deviceProfileVersionId === pinned.deviceProfileVersionId;
      return isSame ? pinned : { ...pinned, equippedVersionId: null };
    },
  },
  followedBy: {
    messages: [EquipMessage],
    ordersOf: (tenant, deviceId, before, { deviceProfileVersionId: versionId }) => {
      const isGiven = versionId !== null && versionId !== before?.deviceProfileVersionId;
      return isGiven ? [EquipMessage.order({ tenant, deviceId })] : [];
    },
  },
  hook: {
    tables: headOf.tables,
    act: async (transaction, actor, before, after) => {
      await publishExistence(transaction, actor, before, after);
    },
  },
});
