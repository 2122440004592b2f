import * as z from 'zod';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { givenId } from '../wire/id.ts';
import { whenChanged, whenMade } from '../wire/null.ts';
import { instant, readOnly, strictObject } from '../wire/schema.ts';
import { Tags } from '../wire/tags.ts';
import { exactKey, label, prose } from '../wire/text.ts';
import { geofenceDefaults, noiseDefaults } from './defaults.ts';
import { centre, Geometry, radiusMeters } from './geometry-wire.ts';
import { statuses, triggers } from './terms.ts';

/** Geofences as the API shows them. One set of fields serves create, replace and partial update. */

const noise = strictObject(
  whenMade({
    maxAccuracyMeters: z.int().min(1).max(10_000).nullable().default(noiseDefaults.maxAccuracyMeters),
    enterConfirmations: z.int().min(1).max(10).default(noiseDefaults.enterConfirmations),
    exitHoldSeconds: z.int().min(0).max(3600).default(noiseDefaults.exitHoldSeconds),
    hysteresisMeters: z.int().min(0).max(1000).default(noiseDefaults.hysteresisMeters),
    exitUsesAccuracy: z.boolean().default(noiseDefaults.exitUsesAccuracy),
    maxCrossGapSeconds: z.int().min(10).max(86_400).default(noiseDefaults.maxCrossGapSeconds),
    lateActionMaxAgeMinutes: z.int().min(1).max(43_200).default(noiseDefaults.lateActionMaxAgeMinutes),
  }),
).meta({ id: 'GeofenceNoise' });

const name = label(255);

/**
 * The fields of a body other than the name. `draftFence` and `changeFence` in `fence.ts` decide what an absent field
 * means.
 */
export const geofenceFields = {
  description: prose(2000),
  ...centre,
  radiusMeters,
  triggerOn: z.enum(triggers),
  dwellMinutes: z.int().min(1).max(10_080),
  cooldownMs: z.int().min(0).max(31_536_000_000),
  action: freeObject(8 * 1024),
  status: z.enum(statuses),
  geometry: z.unknown().meta({ reference: 'Geometry' }),
  tags: Tags,
  groupName: label(100),
  metadata: freeObject(16 * 1024),
  externalId: exactKey(128),
  noise,
  detectCrossing: z.boolean(),
};

const served = {
  tenantId: readOnly(),
  createdAt: readOnly(),
  updatedAt: readOnly(),
  geometryType: readOnly(),
  version: readOnly(),
};

const made = whenMade({ name, ...z.object(geofenceFields).partial().shape });
const changed = { name: name.optional(), ...whenChanged(geofenceFields, geofenceDefaults) };

/** Body of create and of whole replacement. */
export const GeofenceDraft = strictObject({ id: readOnly(), ...made, ...served }).meta({
  id: 'GeofenceDraft',
  example: { name: 'SF Downtown Hub', latitude: 37.7749, longitude: -122.4194, radiusMeters: 100, tags: ['tier:gold'] },
});

/** Body of partial update. */
export const GeofencePatch = strictObject({ id: readOnly(), ...changed, ...served }).meta({
  id: 'GeofencePatch',
  example: { radiusMeters: 250, status: 'inactive' },
});

/** Body of a partial update that also holds the id. */
export const GeofenceUpdate = strictObject({
  id: givenId().meta({ names: 'geofence' }),
  ...changed,
  ...served,
}).meta({
  id: 'GeofenceUpdate',
  example: { id: '01957e2b-a400-7c3e-8a51-3f2d6c0e8b11', radiusMeters: 250 },
});

/** The fields of a body, without those that only the server sets. */
export type GeofenceFields = Omit<z.output<typeof GeofencePatch>, 'id' | keyof typeof served>;

export type NewGeofence = GeofenceFields & { readonly name: string };

/** A geofence in answers; every field is always present. */
export const Geofence = z
  .object({
    id: z.uuid(),
    tenantId: z.uuid(),
    name: z.string(),
    description: z.string(),
    ...centre,
    radiusMeters: z.int(),
    triggerOn: z.enum(triggers),
    dwellMinutes: z.int().nullable(),
    cooldownMs: z.int(),
    action: keptObject(),
    status: z.enum(statuses),
    createdAt: instant(),
    updatedAt: instant(),
    geometry: Geometry,
    geometryType: z.enum(['Circle', 'Polygon', 'MultiPolygon']),
    tags: z.array(z.string()),
    groupName: z.string().nullable(),
    metadata: keptObject(),
    externalId: z.string().nullable(),
    version: z.int(),
    noise: z.record(z.string(), z.unknown()).nullable(),
    detectCrossing: z.boolean(),
  })
  .meta({
    id: 'Geofence',
    example: {
      id: '550e8400-e29b-41d4-a716-446655440000',
      tenantId: '7b1e3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11',
      name: 'SF Downtown Hub',
      description: '',
      latitude: 37.7749,
      longitude: -122.4194,
      radiusMeters: 100,
      triggerOn: 'enter',
      dwellMinutes: null,
      cooldownMs: 86_400_000,
      action: {},
      status: 'active',
      createdAt: '2026-03-17T10:00:00Z',
      updatedAt: '2026-03-17T10:00:00Z',
      geometry: { type: 'Circle', center: [-122.4194, 37.7749], radiusMeters: 100 },
      geometryType: 'Circle',
      tags: ['customer:acme', 'tier:gold'],
      groupName: null,
      metadata: {},
      externalId: null,
      version: 1,
      noise: null,
      detectCrossing: false,
    },
  });
