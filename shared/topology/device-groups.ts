import * as z from 'zod';
import { defaulted, idOf, optional, required, shownId } from '../entity/fields.ts';
import { partOf } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { deviceProfileTarget } from '../profiles/heads.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { Tags } from '../wire/tags.ts';
import { label, prose } from '../wire/text.ts';
import { deviceKinds, deviceTarget } from './device-terms.ts';
import { memberCount } from './members.ts';
import { siteTarget } from './sites.ts';

/** The conditions for the devices of a group. A device must meet all that are given. */
const DeviceQuery = strictObject(
  whenMade({
    tagsAll: Tags.min(1).optional(),
    tagsAny: Tags.min(1).optional(),
    siteId: idOf(siteTarget).optional(),
    deviceProfileId: idOf(deviceProfileTarget).optional(),
    kind: z.enum(deviceKinds).optional(),
  }),
)
  .refine((query) => Object.values(query).some((value) => value !== undefined), {
    message: 'Should hold at least one condition',
    params: { type: 'missing' },
  })
  .transform(({ tagsAll = null, tagsAny = null, siteId = null, deviceProfileId = null, kind = null }) => ({
    tagsAll,
    tagsAny,
    siteId,
    deviceProfileId,
    kind,
  }))
  .meta({ id: 'DeviceQueryDraft', minProperties: 1 });

const ShownQuery = z
  .object({
    tagsAll: z.array(z.string()).nullable(),
    tagsAny: z.array(z.string()).nullable(),
    siteId: shownId().nullable(),
    deviceProfileId: shownId().nullable(),
    kind: z.enum(deviceKinds).nullable(),
  })
  .meta({ id: 'DeviceQuery', description: 'The conditions for the devices of the group; null for none.' });

/** Sets of devices that are configured together: devices that a query finds, and devices that are listed. */
export const deviceGroups = defineKind({
  name: 'device_group',
  letters: 'camelCase',
  fields: {
    name: required(label(120), z.string()),
    description: optional(prose(2000), z.string()),
    query: optional(DeviceQuery, ShownQuery),
    deviceIds: defaulted(
      z
        .array(idOf(deviceTarget))
        .max(1000)
        .transform((ids) => [...new Set(ids)]),
      z.array(shownId()),
      [],
    ),
  },
  unique: { name: {} },
  references: {
    // If this condition became null, the group would include devices that were never meant.
    'query.siteId': { to: siteTarget, onDelete: 'keep' },
    'query.deviceProfileId': { to: deviceProfileTarget, onDelete: 'keep' },
    deviceIds: { to: deviceTarget, onDelete: 'keep' },
  },
  filters: { search: partOf('name') },
  held: true,
  computed: memberCount,
});

export const {
  Draft: DeviceGroupDraft,
  Patch: DeviceGroupPatch,
  Shown: DeviceGroup,
} = schemasOf(
  'DeviceGroup',
  deviceGroups,
  {
    name: 'Cold chain',
    description: null,
    query: { tagsAll: ['cold'], tagsAny: null, siteId: null, deviceProfileId: null, kind: 'tracker' },
    deviceIds: [],
    memberCount: 12,
  },
  {
    memberCount: z
      .int()
      .nullable()
      .meta({ description: 'Devices that belong to the group, counted up to 10,000; null in lists.' }),
  },
);
