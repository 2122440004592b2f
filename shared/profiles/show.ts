import type { ShownEntity } from '../entity/show.ts';
import type { deviceFamily } from './device-profiles.ts';
import type { sensorFamily } from './sensor-profiles.ts';

/** A kind of profiles: what their versions have in common, and the versions. */
export type Family = typeof sensorFamily | typeof deviceFamily;

/** A version as answers show it: its id is that of the profile. */
export function shownProfile<T extends { readonly id: string; readonly profileId: string }>({ profileId, ...rest }: T) {
  return { ...rest, id: profileId };
}

export type ShownProfile<F extends Family> = Omit<ShownEntity<F['versions']>, 'id' | 'profileId'> & { id: string };
