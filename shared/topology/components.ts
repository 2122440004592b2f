import * as z from 'zod';
import {
  defaulted,
  fixed,
  hidden,
  idOf,
  optional,
  required,
  serverSet,
  shownId,
  type Values,
} from '../entity/fields.ts';
import { equals } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { targetOf } from '../entity/target.ts';
import { FitMessage } from '../messages/fit-sensors.ts';
import { sensorProfiles, sensorProfileTarget } from '../profiles/heads.ts';
import { withPin } from '../profiles/pin.ts';
import { sensorProfileVersionTarget } from '../profiles/sensor-profiles.ts';
import { givenVersion } from '../profiles/version.ts';
import { seriesKeys } from '../table/keys/series.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { partName } from '../wire/text.ts';
import { deviceTarget } from './device-terms.ts';
import { type ComponentRow, tablesOfSeriesWrites, writeSeries } from './series.ts';

const pinFields = {
  id: 'sensorProfileId',
  version: 'sensorProfileVersion',
  versionId: 'sensorProfileVersionId',
} as const;

interface Moved {
  readonly sensorProfileVersionId: string | null;
  readonly moves: number;
}

/** Raises `moves` by one if another version is pinned. */
export const countMove = <V extends Moved>(before: Moved, after: V): V =>
  after.sensorProfileVersionId === before.sensorProfileVersionId ? after : { ...after, moves: before.moves + 1 };

/** The parts of a device that measure. */
export const components = defineKind({
  name: 'component',
  letters: 'camelCase',
  fields: {
    deviceId: fixed(required(idOf(deviceTarget), shownId())),
    name: required(partName(), z.string()),
    sensorProfileId: optional(idOf(sensorProfileTarget), shownId()),
    sensorProfileVersion: optional(givenVersion(), z.string()),
    sensorProfileVersionId: hidden(serverSet(optional(z.string(), z.string()))),
    /** How often it was moved to another version. */
    moves: hidden(serverSet(defaulted(z.int(), z.int(), 0))),
    metadata: defaulted(freeObject(16 * 1024), keptObject(), {}),
  },
  unique: { name: { within: ['deviceId'] } },
  references: {
    deviceId: { to: deviceTarget, onDelete: 'cascade' },
    sensorProfileId: { to: sensorProfileTarget, onDelete: 'restrict' },
    sensorProfileVersionId: { to: sensorProfileVersionTarget, onDelete: 'restrict' },
  },
  filters: { deviceId: equals('deviceId'), sensorProfileId: equals('sensorProfileId') },
  quota: { resource: 'components', most: 50, within: 'deviceId' },
  held: true,
  settles: {
    tables: { main: ['GetItem'] },
    settle: async (tenant, before, after, given) => {
      const pinned = await withPin(sensorProfiles, pinFields, tenant, before, after, given);
      return before ? countMove(before, pinned) : pinned;
    },
  },
  followedBy: {
    messages: [FitMessage],
    ordersOf: (tenant, componentId, before, { sensorProfileVersionId: versionId }) => {
      const isMoved = before !== undefined && versionId !== null && versionId !== before.sensorProfileVersionId;
      return isMoved ? [FitMessage.order({ tenant, componentId })] : [];
    },
  },
  hook: {
    tables: tablesOfSeriesWrites,
    act: (transaction, { tenant }, before, after) => {
      const { id, values } = (after ?? before)!;
      const key = seriesKeys.component(tenant.reference, values.deviceId, id);
      writeSeries(transaction, key, !before, after && rowOf(id, values));
    },
  },
});

type ComponentValues = Values<(typeof components)['fields']>;

const rowOf = (
  componentId: string,
  { name, sensorProfileId, sensorProfileVersion }: ComponentValues,
): ComponentRow => ({ componentId, name, sensorProfileId, sensorProfileVersion });

export const {
  Draft: ComponentDraft,
  Patch: ComponentPatch,
  Shown: Component,
} = schemasOf('Component', components, {
  deviceId: '01957e2b-a403-7c3e-8a51-3f2d6c0e8b11',
  name: 'boiler-2',
  sensorProfileId: null,
  sensorProfileVersion: null,
  metadata: {},
});

export const componentTarget = targetOf(components);
