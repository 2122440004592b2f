import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { gets } from '../entity/read.ts';
import { notFound } from '../problems/problem.ts';
import { devices } from './devices.ts';
import { maySee } from './owner.ts';
import type { StoredDevice } from './stored.ts';

/**
 * Which devices a caller may see: field workers see those that are paired with them, phones see themselves, and everybody
 * else sees all.
 */

/** @throws NOT_FOUND if the caller may not see this device */
export function requireVisible(caller: Caller, { id, values }: Pick<StoredDevice, 'id' | 'values'>) {
  if (!maySee(caller, id, values.userId)) throw notFound('device');
  return values;
}

const plain = gets(devices);

/** Reads one device that the caller may see. */
export const readDevice = defineCapability({
  ...plain,
  open: () => ({
    get: async (caller: Caller, id: string) => {
      const device = await plain.open().get(caller.tenant, id);
      if (!maySee(caller, id, device.userId)) throw notFound('device');
      return device;
    },
  }),
});
