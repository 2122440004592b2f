import { statuses, triggers } from '../geofences/terms.ts';
import type { FeatureSchema, JsonSchema } from './schemas.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const object = (description: string): JsonSchema => ({ type: 'object', description });
const degrees = (limit: number): JsonSchema => ({
  type: 'number',
  minimum: -limit,
  maximum: limit,
  description: 'The centre of a circle, or the centroid of another shape.',
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
    triggerOn: { ...text('The transition that fires the action.'), enum: triggers },
    // GDAL reads an integer into 32 bits, which cannot hold the milliseconds of a year.
    cooldownMs: { type: 'number', minimum: 0, description: 'Pause between two firings for one device.' },
    action: object('The action that events and checks contain.'),
    status: { ...text('Whether the fence is in use.'), enum: statuses },
    createdAt: { ...text('The time of creation, by which `datetime` filters.'), format: 'date-time' },
    geometryType: { ...text('The type of its geometry.'), enum: ['Circle', 'Polygon', 'MultiPolygon'] },
    tags: { type: 'array', items: { type: 'string' }, description: 'Tags.' },
    metadata: object('Your own data.'),
    version: { type: 'integer', minimum: 1, description: 'Rises by 1 with each change.' },
    detectCrossing: { type: 'boolean', description: 'Whether passing through counts if no position was inside.' },
  },
  nullable: {
    dwellMinutes: { type: 'integer', minimum: 1, description: 'How long a stay must be to count as a dwell.' },
    groupName: text('Group.'),
    externalId: text('Its id in your own system, unique in the workspace.'),
    noise: object('How imprecise positions are smoothed.'),
  },
  queryables: ['status', 'groupName', 'externalId'],
};
