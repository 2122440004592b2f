import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { problemsOf, shownTables, tablesOf, together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import { showOne } from '../entity/show.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import type { SecretOnce } from '../http/once.ts';
import { sealSecrets } from '../secrets/secrets.ts';
import { retryingRaces } from '../table/races.ts';
import { webhooks } from './kind.ts';
import { openKept, sealKept } from './sealed.ts';
import { type HeldSecret, hintOf, inForce, mostSecrets, newSecret } from './signature.ts';
import type { SecretRotation, WebhookWithSecret } from './wire.ts';

const millisecondsPerHour = 3_600_000;

/** The new secret, and those that sign beside it until the overlap is over; none signs longer than it did before. */
export function rotated(
  held: readonly HeldSecret[],
  secret: string,
  overlapHours: number,
  now: number,
): readonly HeldSecret[] {
  const end = now + overlapHours * millisecondsPerHour;
  const old = held.map((one) => ({ secret: one.secret, until: Math.min(one.until ?? end, end) }));
  return [{ secret }, ...inForce(old, now).filter((one) => one.secret !== secret)].slice(0, mostSecrets);
}

/** @throws NOT_FOUND */
async function rotate(
  caller: Caller,
  id: string,
  { secret = newSecret(), overlap_hours }: SecretRotation,
  once: SecretOnce,
): Promise<z.input<typeof WebhookWithSecret>> {
  const { tenant } = caller;
  return await retryingRaces(async () => {
    const before = await requireEntity(webhooks, tenant, id);
    const kept = await openKept(tenant.reference, before);
    const secrets = rotated(kept.secrets, secret, overlap_hours, Date.now());
    const sealed = await sealKept(tenant.reference, id, { ...kept, secrets });
    const after = nextVersion(before, { ...before.values, sealed, secret_hint: hintOf(secret) });
    const shown = await showOne(webhooks, tenant, after);
    await writeEntity(webhooks, caller, before, after, (transaction) => once.recordSecret(transaction, id));
    return { ...shown, secret };
  });
}

export const rotateSecrets = defineCapability({
  tables: shownTables(webhooks, together([tablesOf(webhooks, 'change'), sealSecrets.tables ?? {}])),
  secrets: 'seal',
  raises: problemsOf(webhooks, 'change').filter((code) => code !== 'PRECONDITION_FAILED'),
  open: () => ({ rotate }),
});
