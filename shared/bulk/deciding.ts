import { type Surroundings, surroundingsOf } from '../geofences/surroundings.ts';
import { newId } from '../table/ids.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Decision, decideItems, type Located } from './decision.ts';
import type { BulkItem } from './item.ts';
import type { Strategy } from './wire.ts';

const noSurroundings: Surroundings = { containing: [], isFull: false };

/**
 * Decides items by the geofences that are at their places now. Batches and previews both use it, so that they decide
 * alike.
 */
export async function decideByPlaces(
  tenant: TenantReference,
  items: readonly BulkItem[],
  places: readonly Located[],
  strategy: Strategy,
): Promise<Decision[]> {
  const surroundings = await surroundingsOfPlaces(tenant, places);
  const now = Date.now();
  const ids = items.map(() => newId(now)).sort();
  return decideItems({ items, places, surroundings, strategy, ids });
}

/** The surroundings of each place; empty for an item without a place. */
async function surroundingsOfPlaces(tenant: TenantReference, places: readonly Located[]): Promise<Surroundings[]> {
  const found = await surroundingsOf(
    tenant,
    places.filter((place) => place.kind === 'place'),
  );
  let next = 0;
  return places.map((place) => (place.kind === 'place' ? found[next++]! : noSurroundings));
}
