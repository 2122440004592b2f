import type { Caller } from '../auth/caller.ts';
import { ownerFor as ownerUnder } from '../auth/own.ts';

type Who = Pick<Caller, 'user' | 'phone'>;

/** The user whose devices a caller may see: field workers see only those paired with them. Undefined: all devices. */
export const ownerFor = (caller: Who): string | undefined => ownerUnder(caller, 'devices:read');

/** Whether a caller may see a device. A phone sees itself and no other phone of its user. */
export function maySee(caller: Who, id: string, userId: string | null | undefined): boolean {
  if (caller.phone) return caller.phone.deviceId === id;
  const owner = ownerFor(caller);
  return owner === undefined || userId === owner;
}
