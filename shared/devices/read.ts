import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { gets } from '../entity/read.ts';
import { devices } from './devices.ts';
import { requireVisible } from './visible.ts';

const plain = gets(devices);

/** Reads one device that the caller sees. */
export const readDevice = defineCapability({
  ...plain,
  open: () => ({
    get: async (caller: Caller, id: string) => requireVisible(caller, await plain.open().get(caller.tenant, id)),
  }),
});
