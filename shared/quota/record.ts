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
 * announced and has not happened: its mark, and when it was announced.
 */
export interface QuotaRow {
  readonly used: number;
  /** When something was last reserved, or a release announced. */
  readonly touchedAt: number;
  /** Mark of the reservation that was made last. */
  readonly reservedBy?: string;
}

/** Longer than any function runs. */
export const settledMilliseconds = 60_000;

export const newMark = (): string => randomBytes(6).toString('base64url');

const prefix = 'release#';
export const newReleaseMark = (): string => prefix + newMark();

/** Releases that were announced and have not happened: under way, or left by writers that died. */
export function releasesOf(row: object): { readonly mark: string; readonly at: number }[] {
  return Object.entries(row).flatMap(([mark, at]) => (mark.startsWith(prefix) ? [{ mark, at: Number(at) }] : []));
}
