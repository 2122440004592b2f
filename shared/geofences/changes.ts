import type { Geometry } from '../geo/geometry.ts';
import { positionCount } from '../geo/measure.ts';
import { type ChangedField, changedFields, type Fence } from './fence.ts';

/** Before and after of each changed field, for the audit trail. A geometry appears as its type, size and centre. */
export function eventChanges(before: Fence | undefined, after: Fence | undefined): Record<string, [unknown, unknown]> {
  const fields = before && after ? changedFields(before, after) : (['name', 'shape', 'status', 'externalId'] as const);
  return Object.fromEntries(
    fields.map((field) => [field === 'shape' ? 'geometry' : field, [shown(before, field), shown(after, field)]]),
  );
}

function shown(fence: Fence | undefined, field: ChangedField): unknown {
  if (!fence) return null;
  return field === 'shape' ? { ...summary(fence.shape.geometry), ...place(fence) } : fence[field];
}

const summary = (geometry: Geometry) => ({ type: geometry.type, positions: positionCount(geometry) });
const place = ({ shape: { latitude, longitude, radiusMeters } }: Fence) => ({ latitude, longitude, radiusMeters });
