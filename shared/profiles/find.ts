import { findEntity } from '../entity/rows.ts';
import { invalidFields, noneHasGivenId } from '../problems/problem.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Head } from './heads.ts';
import { newestOf } from './version.ts';

/** Finding versions of profiles. */

export interface FoundVersion {
  readonly version: string;
  /** The id of the entity of this version. */
  readonly versionId: string;
}

/**
 * A version of a profile.
 *
 * @param version the newest one if absent
 * @returns if there is no such version, what is unknown: the profile or the version
 */
export async function findVersion(
  heads: Head,
  tenant: TenantReference,
  id: string,
  version?: string,
): Promise<FoundVersion | 'profile' | 'version'> {
  const versions = (await findEntity(heads, tenant, id))?.values.versions ?? {};
  const newest = newestOf(Object.keys(versions));
  if (newest === undefined) return 'profile';
  const wanted = version ?? newest;
  return Object.hasOwn(versions, wanted) ? { version: wanted, versionId: versions[wanted]! } : 'version';
}

type Place = readonly (string | number)[];

/**
 * The version that a body names.
 *
 * @param at where the body names the profile and the version
 * @throws VALIDATION_ERROR if there is no such version
 */
export async function requireNamedVersion(
  heads: Head,
  tenant: TenantReference,
  id: string,
  version: string | undefined,
  at: { readonly id: Place; readonly version: Place },
): Promise<FoundVersion> {
  const found = await findVersion(heads, tenant, id, version);
  if (typeof found === 'object') return found;
  const words = heads.name.replaceAll('_', ' ');
  const [place, msg] =
    found === 'profile' ? [at.id, noneHasGivenId(words, id)] : [at.version, `The ${words} has no version "${version}"`];
  throw invalidFields([{ type: 'unknown_reference', loc: ['body', ...place], msg }]);
}

/** The problem for a version without a profile. */
export function versionWithoutProfile(idField: string, place: Place) {
  const msg = `Names a version of no profile: "${idField}" is empty`;
  return invalidFields([{ type: 'unknown_reference', loc: ['body', ...place], msg }]);
}
