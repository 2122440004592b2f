import * as z from 'zod';
import { defaulted, hidden, idOf, optional, required, serverSet, shownId } from '../entity/fields.ts';
import { equals, includes } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { targetOf } from '../entity/target.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { label, partName, prose } from '../wire/text.ts';
import { deviceProfiles, deviceProfileTarget, sensorProfileTarget } from './heads.ts';
import { givenVersion, ProfileVersion } from './version.ts';

/** What a device consists of: the components that it has, and their sensor profiles. */

const ComponentDefinitionDraft = strictObject({
  name: partName(),
  ...whenMade({
    sensorProfileId: idOf(sensorProfileTarget).optional(),
    sensorProfileVersion: givenVersion().optional(),
  }),
})
  .transform(({ sensorProfileId = null, sensorProfileVersion = null, ...rest }) => ({
    ...rest,
    sensorProfileId,
    sensorProfileVersion,
  }))
  .meta({ id: 'ComponentDefinitionDraft' });
export type ComponentDefinition = z.output<typeof ComponentDefinitionDraft>;

const ComponentDefinition = z
  .object({
    name: z.string(),
    sensorProfileId: shownId().nullable(),
    sensorProfileVersion: z.string().nullable(),
  })
  .meta({ id: 'ComponentDefinition' });

const fields = {
  name: required(label(255), z.string()),
  version: required(ProfileVersion, z.string()),
  description: optional(prose(2000), z.string()),
  components: required(z.array(ComponentDefinitionDraft).max(50), z.array(ComponentDefinition)),
  configSchema: optional(freeObject(32 * 1024), keptObject()),
};

/** The versions of device profiles; see `sensorProfileVersions`. */
export const deviceProfileVersions = defineKind({
  name: 'device_profile_version',
  letters: 'camelCase',
  immutable: true,
  fields: {
    profileId: required(idOf(deviceProfileTarget), shownId()),
    ...fields,
    /** The sensor profiles in use, as `pinOf` writes them. */
    pins: hidden(serverSet(defaulted(z.array(z.string()), z.array(z.string()), []))),
  },
  references: { profileId: { to: deviceProfileTarget, onDelete: 'cascade' } },
  filters: {
    name: equals('name'),
    profileId: equals('profileId'),
    version: equals('version'),
    pins: includes('pins'),
  },
  held: true,
});

export const deviceProfileVersionTarget = targetOf(deviceProfileVersions);

export const { Draft: DeviceProfileDraft, Shown: DeviceProfile } = schemasOf(
  'DeviceProfile',
  { fields, letters: 'camelCase', immutable: true },
  {
    name: 'Boiler house',
    version: '1.0',
    description: null,
    components: [{ name: 'boiler-1', sensorProfileId: null, sensorProfileVersion: null }],
    configSchema: null,
  },
);
export type DeviceProfileDraft = z.output<typeof DeviceProfileDraft>;

/** The family of these profiles: what they have in common, and their versions. */
export const deviceFamily = { heads: deviceProfiles, versions: deviceProfileVersions };
