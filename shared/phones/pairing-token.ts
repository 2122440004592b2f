import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { mintOneTimeToken, tokenLifeSeconds } from '../auth/one-time-token.ts';
import { personOf } from '../auth/person.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { recordEvent } from '../outbox/event.ts';
import { Transaction } from '../table/transaction.ts';
import { printInstant } from '../wire/schema.ts';
import type { PairingToken } from './wire.ts';

/** One-time tokens that a phone scans as a QR code. */

/** Rises with each new password of a user, and when the user is disabled: tokens from before are then invalid. */
export const pairingSerialOf = ({ passwordSerial, phoneSerial = 0 }: UserRow): number => passwordSerial + phoneSerial;

/** Makes a token with which one phone may be paired with the caller. */
async function create(caller: Caller): Promise<z.input<typeof PairingToken>> {
  const { id, row } = personOf(caller);
  const expiresAt = Date.now() + tokenLifeSeconds.pairing * 1000;
  const transaction = new Transaction();
  const about = { tenant: caller.tenant.reference, subject: id, serial: pairingSerialOf(row) };
  const token = mintOneTimeToken(transaction, 'pairing', about, expiresAt);
  recordEvent(transaction, caller, {
    action: 'pairing_token.create',
    resourceType: 'user',
    resourceId: id,
    changes: { expires_at: [null, printInstant(expiresAt)] },
  });
  await transaction.commit();
  return { token, expires_at: printInstant(expiresAt), user_id: id, user_email: row.email };
}

export const createPairingTokens = defineCapability({
  tables: { access: ['PutItem'], main: ['PutItem'] },
  open: () => ({ create }),
});
