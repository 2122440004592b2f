import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { gets } from '../entity/read.ts';
import { notFound } from '../problems/problem.ts';
import { devices } from './devices.ts';
import { ownerFor } from './owner.ts';

/** Whose devices a caller sees: a field worker those that are paired with them, and others all. */

/** @throws NOT_FOUND where the caller does not see this device */
export function requireVisible<D extends { readonly userId: string | null }>(caller: Caller, device: D): D {
  const owner = ownerFor(caller);
  if (owner !== undefined && device.userId !== owner) throw notFound('device');
  return device;
}

const plain = gets(devices);

/** Reads one device that the caller sees. */
export const readDevice = defineCapability({
  ...plain,
  open: () => ({
    get: async (caller: Caller, id: string) => requireVisible(caller, await plain.open().get(caller.tenant, id)),
  }),
});
