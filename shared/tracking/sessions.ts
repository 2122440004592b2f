import { tripsAt } from '../trips/around.ts';
import type { Change, Scene } from './events.ts';
import type { Head } from './head.ts';

/** The sessions of the events that some changes write. */
export const sessionsOf = (
  { tenant, device }: Pick<Scene, 'tenant' | 'device'>,
  { trip }: Head,
  changes: readonly Change[],
): Promise<Scene['sessionAt']> => {
  const instants = changes.flatMap((change) => ('transition' in change ? [change.transition.occurredAt] : []));
  return tripsAt(tenant.reference, device.id, trip, instants);
};
