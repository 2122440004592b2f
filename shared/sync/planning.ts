import type { Geocode } from '../geocoding/geocode.ts';
import { changeFence, draftFence, type Fence } from '../geofences/fence.ts';
import { type GeofenceFields, GeofencePatch } from '../geofences/wire.ts';
import { invalidFields, Problem } from '../problems/problem.ts';
import { reasonOf } from '../problems/reason.ts';
import { type Change, creationOf, type Failure, updateOf } from './change.ts';
import type { SyncItem } from './wire.ts';

/** Decides how one item would change one stored geofence. */

export interface SyncOptions {
  readonly createMissing: boolean;
  readonly updateExisting: boolean;
}

/** Radius around an address when neither the item nor a stored circle has one. */
const aroundAddressMeters = 100;

/** `address unknown` means that the address has to be looked up first. */
export type Planned = Change | 'unchanged' | 'address unknown';

/**
 * @param stored the geofence with the item's external id, if there is one
 * @param geocode the result for its address, if it was looked up
 */
export function planItem(item: SyncItem, stored: Fence | undefined, options: SyncOptions, geocode?: Geocode): Planned {
  if (!(stored ? options.updateExisting : options.createMissing)) return 'unchanged';
  try {
    requireName(item, stored);
    if (!isKnown(item, stored)) {
      if (!geocode) return 'address unknown';
      if (geocode.kind !== 'found') return notFound(item, geocode);
    }
    const fields = fieldsOf(item, stored, geocode?.kind === 'found' ? geocode : undefined);
    return stored ? changed(stored, fields, item.externalId) : creationOf(item.externalId, drafted(fields));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { op: 'error', externalId: item.externalId, errorCode: 'CREATE_FAILED', message: reasonOf(error) };
  }
}

const notFound = ({ externalId }: SyncItem, { kind, message }: Exclude<Geocode, { kind: 'found' }>): Failure => ({
  op: 'error',
  externalId,
  errorCode: kind === 'failed' ? 'GEOCODE_FAILED' : 'GEOCODER_RATE_LIMIT',
  message,
});

function requireName({ name }: SyncItem, stored: Fence | undefined): void {
  if (stored || name !== undefined) return;
  throw invalidFields([{ type: 'missing', loc: ['body', 'name'], msg: 'Field required' }]);
}

/** Whether no address has to be looked up. */
const isKnown = ({ address }: SyncItem, stored: Fence | undefined): boolean =>
  address === undefined || stored?.metadata.address === address;

const drafted = (fields: GeofenceFields): Fence => draftFence('', { ...fields, name: fields.name! }, 0);

function changed(stored: Fence, fields: GeofenceFields, externalId: string): Change | 'unchanged' {
  const after = changeFence(stored, fields, 'patch', stored.updatedAt);
  return after === stored ? 'unchanged' : updateOf(externalId, stored, after);
}

type Found = Extract<Geocode, { kind: 'found' }>;

/** The fields of an item. The address is replaced by a circle and noted in the metadata. */
function fieldsOf(
  { address, ...fields }: SyncItem,
  stored: Fence | undefined,
  found: Found | undefined,
): GeofenceFields {
  if (address === undefined) return fields;
  if (!found || isKnown({ ...fields, address }, stored)) {
    // The address is unchanged, so its earlier result stays in the metadata, whatever else the item sets there.
    if (fields.metadata === undefined) return fields;
    const { normalizedAddress, geocodeConfidence } = stored?.metadata ?? {};
    return { ...fields, metadata: fitting({ ...fields.metadata, address, normalizedAddress, geocodeConfidence }) };
  }
  const { latitude, longitude, label: normalizedAddress, confidence: geocodeConfidence } = found;
  const noted = { ...(fields.metadata ?? stored?.metadata), address, normalizedAddress, geocodeConfidence };
  const circle = stored?.shape.geometry.type === 'Circle' ? stored.shape : undefined;
  const radiusMeters = fields.radiusMeters ?? circle?.radiusMeters ?? aroundAddressMeters;
  return { ...fields, latitude, longitude, radiusMeters, metadata: fitting(noted) };
}

/** Applies the same limits as to metadata that a caller sends. */
function fitting(metadata: Record<string, unknown>): Record<string, unknown> {
  const checked = GeofencePatch.shape.metadata.safeParse(metadata);
  if (checked.success) return metadata;
  const msg = checked.error.issues[0]!.message;
  throw invalidFields([{ type: 'too_long', loc: ['body', 'metadata'], msg }]);
}
