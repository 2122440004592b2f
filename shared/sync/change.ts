import { type ChangedField, changedFields, draftFence, type Fence } from '../geofences/fence.ts';
import type { GeofenceFields, NewGeofence } from '../geofences/wire.ts';
import type { ChangeError, SyncItem } from './wire.ts';

/**
 * What a sync plan would do to one geofence, with all data that this needs: the diff shows exactly what would be written.
 */
export type Change = Creation | Update | Deletion | Failure;

/** Before and after of each changed field, with the names of the API. */
export type Diff = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;

export interface Creation {
  readonly op: 'create';
  readonly externalId: string;
  readonly diff: Diff;
}

export interface Update {
  readonly op: 'update';
  readonly externalId: string;
  readonly geofenceId: string;
  readonly fromVersion: number;
  /** Only the fields that change. */
  readonly diff: Diff;
}

export interface Deletion {
  readonly op: 'delete';
  readonly externalId: string;
  readonly geofenceId: string;
  readonly fromVersion: number;
  readonly diff: Diff;
}

export interface Failure {
  readonly op: 'error';
  readonly externalId: string;
  readonly errorCode: ChangeError;
  readonly message: string;
}

/** An item whose address is being looked up. */
export interface Pending {
  readonly op: 'pending';
  readonly item: SyncItem;
}

export function creationOf(externalId: string, after: Fence): Creation {
  const { name, shape } = after;
  const bare = draftFence(after.id, { name, geometry: shape.geometry }, after.createdAt);
  const changed: ChangedField[] = ['name', 'shape', ...changedFields(bare, after)];
  const shown = changed.filter((field) => field !== 'externalId');
  return { op: 'create', externalId, diff: diffOf(undefined, after, shown) };
}

export function updateOf(externalId: string, before: Fence, after: Fence): Update {
  const changed = changedFields(before, after);
  const { id: geofenceId, version: fromVersion } = before;
  return { op: 'update', externalId, geofenceId, fromVersion, diff: diffOf(before, after, changed) };
}

export function deletionOf(externalId: string, { id, version, name }: Fence): Deletion {
  return { op: 'delete', externalId, geofenceId: id, fromVersion: version, diff: { name: [name, null] } };
}

/** The body that creates the geofence of a creation. */
export const draftOf = ({ externalId, diff }: Creation) => ({ ...afterOf(diff), externalId }) as NewGeofence;

/** The body that makes an update, for the version for which it was planned. */
export const patchOf = ({ diff }: Update) => afterOf(diff) as GeofenceFields;

const afterOf = (diff: Diff) => Object.fromEntries(Object.entries(diff).map(([field, [, after]]) => [field, after]));

type Entry = readonly [field: string, beforeAndAfter: Diff[string]];

function diffOf(before: Fence | undefined, after: Fence, names: readonly ChangedField[]): Diff {
  const entries = names.flatMap((name): Entry[] =>
    name === 'shape' ? shapeDiff(before, after) : [[name, [before?.[name] ?? null, after[name]]]],
  );
  return Object.fromEntries(entries);
}

const named = ['latitude', 'longitude', 'radiusMeters'] as const;

/** Circles are described by centre and radius, other shapes by their geometry. */
function shapeDiff(before: Fence | undefined, { shape: after }: Fence): Entry[] {
  const old = before?.shape;
  if (after.geometry.type !== 'Circle' || (old && old.geometry.type !== 'Circle')) {
    return [['geometry', [old?.geometry ?? null, after.geometry]]];
  }
  return named
    .filter((field) => old?.[field] !== after[field])
    .map((field): Entry => [field, [old?.[field] ?? null, after[field]]]);
}
