import { createHash, randomUUID } from 'node:crypto';
import type { Caller } from '../auth/caller.ts';
import { unseal } from '../auth/sealed.ts';
import { defineCapability } from '../capability/capability.ts';
import { canonicalJson } from '../json/equality.ts';
import { catalogue, type ProblemCode } from '../problems/catalogue.ts';
import { Problem, problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { isConditionFailed, isRace, rowBefore } from '../table/faults.ts';
import { newId } from '../table/ids.ts';
import type { Key } from '../table/key.ts';
import { idempotencyKeys } from '../table/keys/idempotency.ts';
import { unpack } from '../table/packed.ts';
import { type Expression, Table } from '../table/table.ts';
import { type Answered, inProgress, RunningRequest } from './once.ts';
import { meaningful, type Query } from './query.ts';

/** Retention of recorded answers. */
const retentionSeconds = 24 * 3600;
/**
 * The lease of a request, longer than any route's timeout. After it, the request counts as crashed and a retry may run.
 */
const leaseMilliseconds = 60_000;

interface OnceRow {
  readonly fingerprint: string;
  readonly token: string;
  readonly objectId: string;
  readonly leaseUntil: number;
  readonly expiresAt: number;
  readonly answer?: Uint8Array;
}

/** The recorded answer to replay, or the request that may run. */
export type Beginning = { readonly replay: Answered } | { readonly once: RunningRequest };

const access = new Table('access');

/** The content of a request. Under one key, equal content means the same request. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Query;
  /** The JSON of its body, with numbers as they were written. */
  readonly body: unknown;
}

class IdempotencyRecords {
  /**
   * Claims the key for this request, or finds the answer of the first request with it.
   *
   * @param secret whether the route's successes show a secret
   */
  async begin(caller: Caller, request: Asked, header: string, secret = false): Promise<Beginning> {
    if (!/^[\x20-\x7e]{1,255}$/.test(header)) {
      const failure = {
        type: 'format',
        loc: ['header', 'Idempotency-Key'],
        msg: 'Should be 1 to 255 printable ASCII characters',
      };
      throw new Problem('VALIDATION_ERROR', failure.msg, undefined, { fields: [failure] });
    }
    const key = idempotencyKeys.record(caller.tenant.reference, caller.principal, request.method, request.path, header);
    const presented = presentedBy(request, header);
    const fingerprint = createHash('sha256').update(`fingerprint\n${presented}`).digest('base64url');
    const now = Date.now();
    const claim = { fingerprint, token: randomUUID(), objectId: newId(now) };
    const once = (objectId: string) => new RunningRequest(key, { ...claim, objectId }, presented, secret);
    try {
      await access.update(key, claimed(claim, now), {
        expression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        values: { ':now': now },
      });
      return { once: once(claim.objectId) };
    } catch (error) {
      if (isRace(error)) throw inProgress(); // the first request's transaction is being written
      if (!isConditionFailed(error)) throw error;
      const row = (rowBefore(error) ?? (await access.get(key))) as OnceRow | undefined;
      if (!row) throw inProgress();
      // If the response was lost, the database client has retried, and has found its own claim.
      if (row.token === claim.token) return { once: once(claim.objectId) };
      if (row.answer || row.leaseUntil > now || row.fingerprint !== fingerprint) {
        return { replay: replayOf(row, fingerprint, presented) };
      }
      await takeOver(key, row, claim.token, now);
      return { once: once(row.objectId) };
    }
  }
}

function claimed(claim: Pick<OnceRow, 'fingerprint' | 'token' | 'objectId'>, now: number): Expression {
  const lasting = { expiresAt: now + retentionSeconds * 1000, ttl: Math.ceil(now / 1000) + retentionSeconds };
  return setAll({ ...claim, leaseUntil: now + leaseMilliseconds, ...lasting }, ['answer']);
}

/** Takes the key over from a request that crashed. The object id stays, because its object may exist already. */
async function takeOver(key: Key, { token: dead }: OnceRow, token: string, now: number): Promise<void> {
  const mine = setAll({ token, leaseUntil: now + leaseMilliseconds });
  await access.update(key, mine, unchanged({ token: dead, answer: undefined })).catch((error: unknown) => {
    throw isConditionFailed(error) || isRace(error) ? inProgress() : error;
  });
}

/**
 * The content that only the client knows, in a canonical form. Recorded answers are encrypted with it, and fingerprints
 * of bodies include it. So the database alone reveals no personal data, and passwords cannot be guessed with its help.
 */
const presentedBy = ({ query, body }: Asked, header: string): string =>
  `${header}\n${JSON.stringify(meaningful(query))}\n${canonicalJson(body)}`;

function replayOf(row: OnceRow, fingerprint: string, presented: string): Answered {
  if (row.fingerprint !== fingerprint) {
    throw problem('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request; use a new one.');
  }
  const answer = row.answer && unseal(row.answer, presented);
  if (!answer) throw inProgress();
  return unpack<Answered>(answer);
}

/** A recorded refusal as the original problem. */
export function problemOf(body: unknown): Problem | undefined {
  const { error_code: code, detail, details } = body as { error_code?: string; detail?: string; details?: object };
  return code && Object.hasOwn(catalogue, code) ? new Problem(code as ProblemCode, String(detail), details) : undefined;
}

/** Used by every route that honours `Idempotency-Key`. */
export const idempotencyRecords = defineCapability({
  tables: { access: ['UpdateItem', 'DeleteItem', 'GetItem'] },
  open: () => new IdempotencyRecords(),
});
