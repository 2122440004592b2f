import * as z from 'zod';
import { idOf, optional, required, shownId } from '../entity/fields.ts';
import { equals } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { targetOf } from '../entity/target.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { label, partName, prose } from '../wire/text.ts';
import { sensorProfiles, sensorProfileTarget } from './heads.ts';
import { valueTypes } from './value-types.ts';
import { ProfileVersion } from './version.ts';

/** What a component measures: the sensors that it may have. */

const ValueType = z.enum(valueTypes);

const SensorDefinitionDraft = strictObject({
  key: partName(),
  valueType: ValueType,
  ...whenMade({ unit: label(32).optional(), min: z.number().optional(), max: z.number().optional() }),
})
  .transform(({ unit = null, min = null, max = null, ...rest }) => ({ ...rest, unit, min, max }))
  .meta({ id: 'SensorDefinitionDraft' });
export type SensorDefinition = z.output<typeof SensorDefinitionDraft>;

const SensorDefinition = z
  .object({
    key: z.string(),
    valueType: ValueType,
    unit: z.string().nullable(),
    min: z.number().nullable(),
    max: z.number().nullable(),
  })
  .meta({ id: 'SensorDefinition' });

const fields = {
  name: required(label(120), z.string()),
  version: required(ProfileVersion, z.string()),
  description: optional(prose(2000), z.string()),
  sensors: required(z.array(SensorDefinitionDraft).min(1).max(100), z.array(SensorDefinition)),
  configSchema: optional(freeObject(32 * 1024), keptObject()),
};

/** The versions of sensor profiles, each an entity with an id of its own, which callers do not see. */
export const sensorProfileVersions = defineKind({
  name: 'sensor_profile_version',
  letters: 'camelCase',
  immutable: true,
  fields: { profileId: required(idOf(sensorProfileTarget), shownId()), ...fields },
  references: { profileId: { to: sensorProfileTarget, onDelete: 'cascade' } },
  filters: { name: equals('name'), profileId: equals('profileId'), version: equals('version') },
  held: true,
});

export const sensorProfileVersionTarget = targetOf(sensorProfileVersions);

export const { Draft: SensorProfileDraft, Shown: SensorProfile } = schemasOf(
  'SensorProfile',
  { fields, letters: 'camelCase', immutable: true },
  {
    name: 'Boiler probe',
    version: '1.0',
    description: 'Temperatures of a boiler.',
    sensors: [{ key: 'temperature', valueType: 'DOUBLE', unit: '°C', min: -20, max: 120 }],
    configSchema: { type: 'object', properties: { intervalSeconds: { type: 'integer', minimum: 1 } } },
  },
);
export type SensorProfileDraft = z.output<typeof SensorProfileDraft>;

/** The family of these profiles: what they have in common, and their versions. */
export const sensorFamily = { heads: sensorProfiles, versions: sensorProfileVersions };
