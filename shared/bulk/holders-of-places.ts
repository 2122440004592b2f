import { type Holder, holdersOf } from '../geofences/holders.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Located } from './decision.ts';

/** The geofences that hold each place; none for what has no place. */
export async function holdersOfPlaces(tenant: TenantReference, places: readonly Located[]): Promise<Holder[][]> {
  const found = await holdersOf(
    tenant,
    places.filter((place) => place.kind === 'place'),
  );
  let next = 0;
  return places.map((place) => (place.kind === 'place' ? found[next++]! : []));
}
