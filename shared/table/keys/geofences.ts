import type { TenantReference } from '../../tenancy/tenant.ts';
import { type IndexPartition, key, partition } from '../key.ts';

/** The index of geofences by place: `place` is its partition, `placeCell` its sort key. */
export const placeIndex = 'place';

/** Geofences, in the Main table. */
export const geofenceKeys = {
  /** Thin row of a geofence, for lists and counts. */
  thin: (tenant: TenantReference, id: string) => key(`${tenant}#geofence`, id),
  thins: (tenant: TenantReference) => partition(`${tenant}#geofence`),
  /** The whole geofence: geometry, texts, live cells. */
  body: (tenant: TenantReference, id: string) => key(`${tenant}#geofence#${id}`, 'body'),
  /** A geofence in the list of those that detect crossings. */
  crossing: (tenant: TenantReference, id: string) => key(`${tenant}#crossing`, id),
  crossings: (tenant: TenantReference) => partition(`${tenant}#crossing`),
  externalId: (tenant: TenantReference, externalId: string) => key(`${tenant}#geofence-external`, externalId),
  /** Geofences of one size class, sorted by the resolution-15 cell of their centre. */
  place: (tenant: TenantReference, sizeClass: number): IndexPartition => ({
    index: placeIndex,
    partitionAttribute: 'place',
    sortAttribute: 'placeCell',
    value: `${tenant}#place#${sizeClass}`,
  }),
};

/** The geofence index, in the Cells table. */
export const cellKeys = {
  posting: (tenant: TenantReference, cell: string, geofenceId: string) => key(tenant + cell, geofenceId),
  cell: (tenant: TenantReference, cell: string) => partition(tenant + cell),
};
