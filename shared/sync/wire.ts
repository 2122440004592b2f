import * as z from 'zod';
import { GeofencePatch, geofenceFields } from '../geofences/wire.ts';
import { whenMade } from '../wire/null.ts';
import { instant, strictObject } from '../wire/schema.ts';
import { Tag } from '../wire/tags.ts';
import { filledProse } from '../wire/text.ts';

/** Synchronisation by external id as the API shows it. */

/** The most items in one request. */
export const mostItems = 5000;

const excluded = ['latitude', 'longitude', 'geometry'] as const;
const maxCircleMeters = 100_000;

export const SyncItem = strictObject({
  ...GeofencePatch.shape,
  ...whenMade({
    externalId: geofenceFields.externalId,
    address: filledProse(500).optional().meta({
      description:
        'Looked up if the geofence is new or its `metadata.address` differs; the geofence becomes a circle. Needs the feature `BULK_IMPORT`.',
    }),
  }),
})
  .superRefine((item, context) => {
    if (item.address === undefined) return;
    const refuse = (type: string, field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message, params: { type } });
    for (const field of excluded) {
      if (item[field] !== undefined) refuse('conflict', field, `Send either "address" or "${field}"`);
    }
    if ((item.radiusMeters ?? 0) > maxCircleMeters) {
      refuse('too_large', 'radiusMeters', `Should be at most ${maxCircleMeters}`);
    }
  })
  .meta({
    id: 'SyncItem',
    description:
      'Any fields of a geofence. Absent fields of an existing geofence stay as they are; a new one needs `name` and a place.',
  });
export type SyncItem = z.output<typeof SyncItem>;

const scope = strictObject(whenMade({ tag: Tag.optional(), groupName: geofenceFields.groupName.optional() }))
  .refine(({ tag, groupName: group }) => (tag === undefined) !== (group === undefined), {
    message: 'Send either "tag" or "groupName"',
    params: { type: 'conflict' },
  })
  .meta({ id: 'SyncScope', description: 'Send exactly one of `tag` and `groupName`.' });
export type SyncScope = z.output<typeof scope>;

export const SyncPlanRequest = strictObject(
  whenMade({
    items: z
      .array(SyncItem)
      .min(1)
      .max(mostItems)
      .superRefine((items, context) => {
        const seen = new Set<string>();
        for (const [i, { externalId: id }] of items.entries()) {
          if (seen.has(id)) {
            const message = `"${id}" stands in an earlier item already`;
            context.addIssue({ code: 'custom', path: [i, 'externalId'], message, params: { type: 'conflict' } });
          }
          seen.add(id);
        }
      }),
    createMissing: z.boolean().default(true).meta({ description: 'Whether to create geofences that do not exist.' }),
    updateExisting: z.boolean().default(true).meta({ description: 'Whether to change geofences that exist.' }),
    deleteMissing: z.boolean().default(false).meta({
      description:
        'Whether to delete geofences that no item names. Only geofences in `scope` that have an `externalId` are deleted.',
    }),
    scope: scope.optional(),
    maxDeleteFraction: z.number().min(0).max(1).default(0.2).meta({
      description: 'Largest share of the geofences in `scope` with an `externalId` that may be deleted.',
    }),
  }),
)
  .superRefine(({ deleteMissing, scope: given }, context) => {
    if (!deleteMissing || given) return;
    const message = 'Say in which scope to delete: by "tag" or by "groupName"';
    context.addIssue({ code: 'custom', path: ['scope'], message, params: { type: 'missing' } });
  })
  .meta({
    id: 'SyncPlanRequest',
    example: {
      items: [
        { externalId: 'site-9', radiusMeters: 150 },
        { externalId: 'site-10', name: 'Depot', latitude: 37.7749, longitude: -122.4194, tags: ['sites'] },
      ],
      deleteMissing: true,
      scope: { tag: 'sites' },
    },
  });
export type SyncPlanRequest = z.output<typeof SyncPlanRequest>;

export const changeErrors = ['GEOCODE_FAILED', 'GEOCODER_RATE_LIMIT', 'CREATE_FAILED'] as const;
export type ChangeError = (typeof changeErrors)[number];

export const SyncChange = z
  .object({
    externalId: z.string(),
    op: z.enum(['create', 'update', 'delete', 'error']),
    geofenceId: z.uuid().nullable().meta({ description: 'For `create`, null until it is applied.' }),
    fromVersion: z.int().nullable().meta({ description: 'The version to change or delete.' }),
    diff: z.record(z.string(), z.array(z.unknown()).length(2)).meta({ description: 'Before and after of each field.' }),
    errorCode: z.enum(changeErrors).optional().meta({ description: 'Only for `error`; such items are not applied.' }),
    message: z.string().optional().meta({ description: 'Why it is an `error`, or why it `failed`.' }),
    result: z.enum(['done', 'failed']).optional().meta({ description: 'Present after the change was applied.' }),
  })
  .meta({ id: 'SyncChange' });
export type ShownChange = z.input<typeof SyncChange>;

const count = (description: string) => z.int().meta({ description });

export const SyncPlan = z
  .object({
    planId: z.uuid(),
    status: z.enum(['COMPUTING', 'READY', 'APPLYING', 'APPLIED', 'EXPIRED']).meta({
      description:
        '`COMPUTING`, `APPLYING`: read the plan again later. `READY`: it can be applied until `expiresAt`. `EXPIRED`: it can no longer be applied.',
    }),
    createdAt: instant(),
    expiresAt: instant(),
    appliedAt: instant().nullable(),
    counts: z
      .object({
        create: z.int(),
        update: z.int(),
        delete: z.int(),
        unchanged: count('Items that change nothing, or whose change the request does not allow.'),
        error: count('Items that cannot be applied.'),
      })
      .meta({ id: 'SyncCounts', description: 'While `COMPUTING`, the counts so far.' }),
    changes: z
      .array(SyncChange)
      .meta({ description: 'A page of the changes, in the order of the items; deletions come last.' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` to get the next page; null on the last page.' }),
  })
  .meta({
    id: 'SyncPlan',
    example: {
      planId: '550e8400-e29b-41d4-a716-446655440077',
      status: 'READY',
      createdAt: '2026-03-22T10:00:00Z',
      expiresAt: '2026-03-23T10:00:00Z',
      appliedAt: null,
      counts: { create: 2, update: 1, delete: 0, unchanged: 97, error: 1 },
      changes: [
        {
          externalId: 'site-9',
          op: 'update',
          geofenceId: '550e8400-e29b-41d4-a716-446655440000',
          fromVersion: 3,
          diff: { radiusMeters: [100, 150] },
        },
        {
          externalId: 'site-10',
          op: 'create',
          geofenceId: null,
          fromVersion: null,
          diff: { name: [null, 'Depot'] },
        },
        {
          externalId: 'site-11',
          op: 'error',
          geofenceId: null,
          fromVersion: null,
          diff: {},
          errorCode: 'GEOCODE_FAILED',
          message: 'Could not geocode address',
        },
      ],
      nextCursor: null,
    },
  });
export type ShownSyncPlan = z.input<typeof SyncPlan>;
