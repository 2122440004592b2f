import type { TenantReference } from '../tenancy/tenant.ts';
import { requireNamedVersion, versionWithoutProfile } from './find.ts';
import type { Head } from './heads.ts';

/** The version of a profile that something follows until it is moved to another. */

/** The fields of a body that pin a version. */
interface Pinned {
  readonly id: string | null;
  readonly version: string | null;
  /** The id of the entity of the version. */
  readonly versionId: string | null;
}

const none: Pinned = { id: null, version: null, versionId: null };

/** Where a kind keeps a pin: the names of its three fields. */
interface PinFields<I extends string, V extends string, E extends string> {
  readonly id: I;
  readonly version: V;
  readonly versionId: E;
}

/**
 * The values with the pin that a body asks for. A profile without a version means its newest version, and no profile
 * means no version.
 *
 * @throws VALIDATION_ERROR for an unknown profile or version, and for a version without a profile
 */
export async function withPin<
  I extends string,
  V extends string,
  E extends string,
  T extends Readonly<Record<I | V | E, string | null>>,
>(
  heads: Head,
  fields: PinFields<I, V, E>,
  tenant: TenantReference,
  before: T | undefined,
  after: T,
  given: object,
): Promise<T> {
  const pinIn = (values: T): Pinned => ({
    id: values[fields.id],
    version: values[fields.version],
    versionId: values[fields.versionId],
  });
  const asked = (given as Readonly<Record<string, unknown>>)[fields.version];
  const pinned = await settledPin(heads, fields, tenant, before ? pinIn(before) : none, pinIn(after), asked);
  return {
    ...after,
    [fields.version]: pinned.version,
    [fields.versionId]: pinned.versionId,
  };
}

async function settledPin(
  heads: Head,
  fields: PinFields<string, string, string>,
  tenant: TenantReference,
  before: Pinned,
  after: Pinned,
  asked: unknown,
): Promise<Pinned> {
  const { id, version } = after;
  if (id === null) {
    if (typeof asked !== 'string') return none;
    throw versionWithoutProfile(fields.id, [fields.version]);
  }
  const isSame = id === before.id && version === before.version && version !== null;
  if (isSame) return before;
  // The version of another profile means nothing for this one, unless the body says so.
  const wanted = id === before.id || typeof asked === 'string' ? version : null;
  const at = { id: [fields.id], version: [fields.version] };
  const found = await requireNamedVersion(heads, tenant, id, wanted ?? undefined, at);
  return { id, ...found };
}
