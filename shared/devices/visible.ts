import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { gets } from '../entity/read.ts';
import { notFound } from '../problems/problem.ts';
import { devices } from './devices.ts';
import { ownerFor } from './owner.ts';

/** Which devices a caller may see: field workers see those that are paired with them, and everybody else sees all. */

/** @throws NOT_FOUND if the caller may not see this device */
export function requireVisible<D extends { readonly userId: string | null }>(caller: Caller, device: D): D {
  const owner = ownerFor(caller);
  if (owner !== undefined && device.userId !== owner) throw notFound('device');
  return device;
}

const plain = gets(devices);

/** Reads one device that the caller may see. */
export const readDevice = defineCapability({
  ...plain,
  open: () => ({
    get: async (caller: Caller, id: string) => requireVisible(caller, await plain.open().get(caller.tenant, id)),
  }),
});
