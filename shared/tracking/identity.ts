import type { Transition } from '../transitions/transition.ts';

/** What makes two events of one device the same. */
export type Standing = Pick<Transition, 'geofenceId' | 'type' | 'occurredAt'>;

export const identityOf = ({ geofenceId, type, occurredAt }: Standing): string => `${geofenceId} ${type} ${occurredAt}`;
