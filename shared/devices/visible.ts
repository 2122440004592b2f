import type { Caller } from '../auth/caller.ts';
import { isOwnOnly } from '../auth/scopes.ts';
import { defineCapability } from '../capability/capability.ts';
import { gets } from '../entity/read.ts';
import { notFound } from '../problems/problem.ts';
import { devices } from './devices.ts';

/** Whose devices a caller sees: a field worker those that are paired with them, and others all. */

/** The user whose devices these are; undefined for all. */
export const ownerFor = ({ user }: Pick<Caller, 'user'>): string | undefined =>
  user && isOwnOnly(user.role, 'devices:read') ? user.id : undefined;

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
