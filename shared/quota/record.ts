import { randomBytes } from 'node:crypto';
import type { Tenant } from '../tenancy/tenant.ts';

/** Things that a plan counts. */
export type CountedResource = 'geofences' | 'webhooks' | 'workflows' | 'devices' | 'users' | 'api_keys';

/** The quota that plans have for one kind of thing, as the writers of that kind reserve and release it. */
export interface Quota {
  readonly resource: CountedResource;
  /** How many things count toward it now, read consistently. */
  readonly count: (tenant: Tenant) => Promise<number>;
}

/**
 * A counter's row in the Access table. Beside what is named here it holds one attribute for each release that was
 * announced and not made yet: its mark, and the time of the announcement.
 */
export interface QuotaRow {
  readonly used: number;
  /** When a reservation was last made or a release announced. */
  readonly touchedAt: number;
  /** Mark of the last reservation. */
  readonly reservedBy?: string;
}

/** Longer than any function runs. */
export const settledMilliseconds = 60_000;

export const newMark = (): string => randomBytes(6).toString('base64url');

const prefix = 'release#';
export const newReleaseMark = (): string => prefix + newMark();

/** Releases that were announced and not made yet: they are under way, or their writers crashed. */
export function releasesOf(row: object): { readonly mark: string; readonly at: number }[] {
  return Object.entries(row).flatMap(([mark, at]) => (mark.startsWith(prefix) ? [{ mark, at: Number(at) }] : []));
}
