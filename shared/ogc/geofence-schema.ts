import { statuses, triggers } from '../geofences/terms.ts';
import type { FeatureSchema, JsonSchema } from './schemas.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const object = (description: string): JsonSchema => ({ type: 'object', description });
const degrees = (limit: number): JsonSchema => ({
  type: 'number',
  minimum: -limit,
  maximum: limit,
  description: 'Of the centre, or of the centroid.',
});

/** A geofence as a feature. */
export const geofenceSchema: FeatureSchema = {
  geometries: ['Polygon', 'MultiPolygon'],
  required: {
    tenantId: { ...text('Workspace.'), format: 'uuid' },
    name: text('Name.'),
    description: text('Description, maybe empty.'),
    latitude: degrees(90),
    longitude: degrees(180),
    radiusMeters: { type: 'integer', minimum: 1, description: 'Radius of a circle; bounding radius of other shapes.' },
    triggerOn: { ...text('What fires the action.'), enum: triggers },
    // GDAL reads an integer into 32 bits, and a year has more milliseconds than they count.
    cooldownMs: { type: 'number', minimum: 0, description: 'Pause between two firings for one device.' },
    action: object('What events and checks carry.'),
    status: { ...text('Whether it counts.'), enum: statuses },
    createdAt: { ...text('Creation: what `datetime` filters by.'), format: 'date-time' },
    geometryType: { ...text('What it was made as.'), enum: ['Circle', 'Polygon', 'MultiPolygon'] },
    tags: { type: 'array', items: { type: 'string' }, description: 'Tags.' },
    metadata: object('Data of yours.'),
    version: { type: 'integer', minimum: 1, description: 'Rises by 1 with each change.' },
    detectCrossing: { type: 'boolean', description: 'Whether passing through without a position inside counts.' },
  },
  nullable: {
    dwellMinutes: { type: 'integer', minimum: 1, description: 'Stay that counts as a dwell.' },
    groupName: text('Group.'),
    externalId: text('Id in a system of yours, unique in the workspace.'),
    noise: object('How imprecise positions are smoothed.'),
  },
  queryables: ['status', 'groupName', 'externalId'],
};
