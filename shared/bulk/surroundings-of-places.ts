import { type Surroundings, surroundingsOf } from '../geofences/surroundings.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Located } from './decision.ts';

const nothing: Surroundings = { holders: [], isFull: false };

/** What stands at each place; nothing at what has no place. */
export async function surroundingsOfPlaces(
  tenant: TenantReference,
  places: readonly Located[],
): Promise<Surroundings[]> {
  const found = await surroundingsOf(
    tenant,
    places.filter((place) => place.kind === 'place'),
  );
  let next = 0;
  return places.map((place) => (place.kind === 'place' ? found[next++]! : nothing));
}
