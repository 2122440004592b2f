import * as z from 'zod';
import { defaulted, fixed, idOf, optional, required, shownId, type Values } from '../entity/fields.ts';
import { equals } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { targetOf } from '../entity/target.ts';
import { invalidFields } from '../problems/problem.ts';
import { seriesKeys } from '../table/keys/series.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { partName } from '../wire/text.ts';
import { deviceTarget, sensorProfileTarget } from './device-terms.ts';
import { type ComponentRow, moveSeries, tablesOfMoves } from './series.ts';

/** The parts of a device that measure. */
export const components = defineKind({
  name: 'component',
  letters: 'camelCase',
  fields: {
    deviceId: fixed(required(idOf(deviceTarget), shownId())),
    name: required(partName(), z.string()),
    sensorProfileId: optional(idOf(sensorProfileTarget), shownId()),
    sensorProfileVersion: optional(z.string().min(1).max(32), z.string()),
    metadata: defaulted(freeObject(16 * 1024), keptObject(), {}),
  },
  unique: { name: { within: ['deviceId'] } },
  references: {
    deviceId: { to: deviceTarget, onDelete: 'cascade' },
    sensorProfileId: { to: sensorProfileTarget, onDelete: 'restrict' },
  },
  filters: { deviceId: equals('deviceId'), sensorProfileId: equals('sensorProfileId') },
  quota: { resource: 'components', most: 50, within: 'deviceId' },
  held: true,
  hook: {
    tables: tablesOfMoves,
    raises: ['VALIDATION_ERROR'],
    act: (transaction, { tenant }, before, after) => {
      const { id, values } = (after ?? before)!;
      if (after) requireProfile(values);
      const key = seriesKeys.component(tenant.reference, values.deviceId, id);
      moveSeries(transaction, key, !before, after && rowOf(id, values));
    },
  },
});

type ComponentValues = Values<(typeof components)['fields']>;

function requireProfile({ sensorProfileId, sensorProfileVersion }: ComponentValues): void {
  if (sensorProfileVersion === null || sensorProfileId !== null) return;
  const msg = 'Names a version of no profile: "sensorProfileId" is empty';
  throw invalidFields([{ type: 'unknown_reference', loc: ['body', 'sensorProfileVersion'], msg }]);
}

const rowOf = (
  componentId: string,
  { name, sensorProfileId, sensorProfileVersion }: ComponentValues,
): ComponentRow => ({ componentId, name, sensorProfileId, sensorProfileVersion });

export const {
  Draft: ComponentDraft,
  Patch: ComponentPatch,
  Shown: Component,
} = schemasOf('Component', components, {
  deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
  name: 'boiler-1',
  sensorProfileId: null,
  sensorProfileVersion: null,
  metadata: {},
});

export const componentTarget = targetOf(components);
