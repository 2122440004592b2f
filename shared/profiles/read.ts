import { defineCapability } from '../capability/capability.ts';
import { wordsOf } from '../entity/kind.ts';
import { lists, type Passes } from '../entity/read.ts';
import { findEntity } from '../entity/rows.ts';
import { showOne } from '../entity/show.ts';
import { notFound } from '../problems/problem.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { type PageRequest, type PageResult, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { deviceFamily } from './device-profiles.ts';
import { findVersion } from './find.ts';
import { sensorFamily } from './sensor-profiles.ts';
import { type Family, type ShownProfile, shownProfile } from './show.ts';
import { byVersion } from './version.ts';

/** Reading profiles: one version, or lists of versions. */

interface ThinVersion {
  readonly sk: string;
  readonly profileId: string;
  readonly version: string;
}

type Shown = Parameters<typeof shownProfile>[0];

const main = new Table('main');

async function get<F extends Family>(
  { heads, versions }: F,
  tenant: Tenant,
  id: string,
  version: string | undefined,
): Promise<ShownProfile<F>> {
  const found = await findVersion(heads, tenant.reference, id, version);
  const entity =
    typeof found === 'object'
      ? await findEntity<F['versions']>(versions, tenant.reference, found.versionId)
      : undefined;
  if (!entity) throw notFound(wordsOf(heads));
  const shown: object = await showOne<F['versions']>(versions, tenant, entity);
  return shownProfile(shown as Shown) as unknown as ShownProfile<F>;
}

/** The rows of the highest version of each profile. */
async function newestRows(tenant: TenantReference, { versions }: Family): Promise<ReadonlySet<string>> {
  const newest = new Map<string, ThinVersion>();
  for (const row of await main.queryAll<ThinVersion>(entityKeys.thins(tenant, versions.name))) {
    const known = newest.get(row.profileId);
    if (!known || byVersion(known.version, row.version) < 0) newest.set(row.profileId, row);
  }
  return new Set([...newest.values()].map(({ sk }) => sk));
}

interface Asked {
  readonly name?: string | undefined;
  readonly latestOnly?: boolean | undefined;
}

/** Versions, newest first. Those of a deleted profile, which are removed a moment later, are left out. */
async function list<F extends Family>(
  family: F,
  tenant: Tenant,
  { name, latestOnly }: Asked,
  page: PageRequest,
): Promise<PageResult<ShownProfile<F>>> {
  const { reference } = tenant;
  const [heads, newest] = await Promise.all([
    main.queryAll<{ sk: string }>(entityKeys.thins(reference, family.heads.name)),
    latestOnly ? newestRows(reference, family) : undefined,
  ]);
  const living = new Set(heads.map(({ sk }) => sk));
  const passes: Passes = (id, { profileId }) => living.has(String(profileId)) && (newest?.has(id) ?? true);
  const found = await lists(family.versions as typeof sensorFamily.versions)
    .open()
    .list(tenant, { name }, page, passes);
  return showPage(found, shownProfile) as unknown as PageResult<ShownProfile<F>>;
}

const reading = { tables: { main: ['GetItem'] }, raises: ['NOT_FOUND'] } as const;
const listing = { tables: { main: ['BatchGetItem', 'Query'] } } as const;

export const readSensorProfiles = defineCapability({
  ...reading,
  open: () => ({
    get: (tenant: Tenant, id: string, version: string | undefined) => get(sensorFamily, tenant, id, version),
  }),
});

export const readDeviceProfiles = defineCapability({
  ...reading,
  open: () => ({
    get: (tenant: Tenant, id: string, version: string | undefined) => get(deviceFamily, tenant, id, version),
  }),
});

export const listSensorProfiles = defineCapability({
  ...listing,
  open: () => ({ list: (tenant: Tenant, asked: Asked, page: PageRequest) => list(sensorFamily, tenant, asked, page) }),
});

export const listDeviceProfiles = defineCapability({
  ...listing,
  open: () => ({ list: (tenant: Tenant, asked: Asked, page: PageRequest) => list(deviceFamily, tenant, asked, page) }),
});
