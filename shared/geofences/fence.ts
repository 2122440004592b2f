import type { z } from 'zod';
import type { Cell } from '../geo/cells.ts';
import { changedFields as changedIn } from '../json/equality.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import { geofenceDefaults } from './defaults.ts';
import { changedShape, type Shape, sameGeometry, wholeShape } from './shape.ts';
import type { statuses, triggers } from './terms.ts';
import type { Geofence, GeofenceFields, NewGeofence } from './wire.ts';

/** A geofence in the terms of the product; instants are milliseconds since 1970. */
export interface Fence {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly shape: Shape;
  readonly triggerOn: (typeof triggers)[number];
  readonly dwellMinutes: number | null;
  readonly cooldownMs: number;
  readonly action: Readonly<Record<string, unknown>>;
  readonly status: (typeof statuses)[number];
  readonly tags: readonly string[];
  readonly groupName: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly externalId: string | null;
  readonly noise: Readonly<Record<string, unknown>> | null;
  readonly detectCrossing: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The number of changes so far. */
  readonly version: number;
  /**
   * When the fence last became active, and when its shape or transition rules last changed. The transition machine
   * reads both.
   */
  readonly activatedAt: number;
  readonly changedAt: number;
  readonly index: FenceIndex;
}

/** What the index holds for a fence. */
export interface FenceIndex {
  /** The number of changes, so far, of the fields that postings carry. */
  readonly version: number;
  readonly writtenAt: number;
  /** Cells that hold the current shape. */
  readonly cover: readonly Cell[];
  /**
   * Cells of earlier shapes whose postings were rewritten as empty and are not yet removed. The live cells are `cover`
   * and `stale` together.
   */
  readonly stale: readonly Cell[];
}

export const unindexed: FenceIndex = { version: 0, writtenAt: 0, cover: [], stale: [] };

const defaultDwellMinutes = 5;

/** How a body changes a stored fence: it replaces the whole object, or changes only the fields that it gives. */
export type ChangeMode = 'replace' | 'patch';

const { radiusMeters: _ofCircles, ...defaults } = geofenceDefaults;

type Plain = Pick<Fence, keyof typeof defaults>;

function plainFields(given: GeofenceFields, base: Plain): Plain {
  const fields = { ...base } as Record<string, unknown>;
  for (const field of Object.keys(defaults) as (keyof Plain)[]) {
    if (given[field] !== undefined) fields[field] = given[field];
  }
  const plain = fields as unknown as Plain;
  const dwellMinutes = plain.triggerOn === 'dwell' ? (plain.dwellMinutes ?? defaultDwellMinutes) : plain.dwellMinutes;
  return { ...plain, dwellMinutes, tags: [...new Set(plain.tags)] };
}

/** A new fence from the body of a create; not indexed yet. */
export function draftFence(id: string, given: NewGeofence, now: number): Fence {
  return {
    id,
    name: given.name,
    ...plainFields(given, defaults),
    shape: wholeShape(given),
    createdAt: now,
    updatedAt: now,
    version: 1,
    activatedAt: now,
    changedAt: now,
    index: unindexed,
  };
}

/** The fence after a body was applied; the same object when nothing changes. */
export function changeFence(fence: Fence, given: GeofenceFields, mode: ChangeMode, now: number): Fence {
  const shape = mode === 'replace' ? wholeShape(given, fence.shape) : changedShape(given, fence.shape);
  const next = {
    ...fence,
    ...plainFields(given, mode === 'replace' ? defaults : fence),
    name: given.name ?? fence.name,
    shape: sameGeometry(shape.geometry, fence.shape.geometry) ? fence.shape : shape,
  };
  if (changedFields(fence, next).length === 0) return fence;
  const revived = next.status === 'active' && fence.status === 'inactive';
  const ruled = changedIn(['shape', 'noise', 'dwellMinutes', 'detectCrossing'], fence, next).length > 0;
  return {
    ...next,
    version: fence.version + 1,
    updatedAt: now,
    activatedAt: revived ? now : fence.activatedAt,
    changedAt: ruled ? now : fence.changedAt,
  };
}

export type ChangedField = keyof Plain | 'name' | 'shape';

/** Names of the fields in which two versions differ. */
export function changedFields(before: Fence, after: Fence): ChangedField[] {
  return changedIn(['name', 'shape', ...(Object.keys(defaults) as (keyof Plain)[])], before, after);
}

/** The fields that postings carry. A change of one of them changes the index. */
const posted: readonly ChangedField[] = ['name', 'shape', 'status', 'triggerOn', 'action'];

export const touchesIndex = (changed: readonly ChangedField[]): boolean =>
  changed.some((field) => posted.includes(field));

/** A fence as answers show it. */
export function showFence(tenant: Tenant, fence: Fence): z.input<typeof Geofence> {
  const { geometry, latitude, longitude, radiusMeters } = fence.shape;
  return {
    id: fence.id,
    tenantId: tenant.id,
    name: fence.name,
    description: fence.description,
    latitude,
    longitude,
    radiusMeters,
    triggerOn: fence.triggerOn,
    dwellMinutes: fence.dwellMinutes,
    cooldownMs: fence.cooldownMs,
    action: { ...fence.action },
    status: fence.status,
    createdAt: printInstant(fence.createdAt),
    updatedAt: printInstant(fence.updatedAt),
    geometry,
    geometryType: geometry.type,
    tags: [...fence.tags],
    groupName: fence.groupName,
    metadata: { ...fence.metadata },
    externalId: fence.externalId,
    version: fence.version,
    noise: fence.noise && { ...fence.noise },
    detectCrossing: fence.detectCrossing,
  };
}
