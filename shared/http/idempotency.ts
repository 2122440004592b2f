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

/** How long answers are remembered. */
const rememberSeconds = 24 * 3600;
/** A request that has not ended by then is taken for dead, and a retry may run; above any route's timeout. */
const leaseMilliseconds = 60_000;

interface OnceRow {
  readonly fingerprint: string;
  readonly token: string;
  readonly objectId: string;
  readonly leaseUntil: number;
  readonly expiresAt: number;
  readonly answer?: Uint8Array;
}

/** A remembered answer, or the running request's own record. */
export type Beginning = { readonly replay: Answered } | { readonly once: RunningRequest };

const access = new Table('access');

/** What a request asks for; two that ask for the same are one under their key. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Query;
  /** The JSON of its body, with numbers as they were written. */
  readonly body: unknown;
}

class IdempotencyRecords {
  /**
   * Claims the key for this request, or finds what the first request with it answered.
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
      // The client tries again where an answer was lost, and then meets its own claim.
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
  const lasting = { expiresAt: now + rememberSeconds * 1000, ttl: Math.ceil(now / 1000) + rememberSeconds };
  return setAll({ ...claim, leaseUntil: now + leaseMilliseconds, ...lasting }, ['answer']);
}

/** From a request that died. It keeps the id of what that may have made. */
async function takeOver(key: Key, { token: dead }: OnceRow, token: string, now: number): Promise<void> {
  const mine = setAll({ token, leaseUntil: now + leaseMilliseconds });
  await access.update(key, mine, unchanged({ token: dead, answer: undefined })).catch((error: unknown) => {
    throw isConditionFailed(error) || isRace(error) ? inProgress() : error;
  });
}

/**
 * What only the client knows, however it spelled it. Answers are sealed with it, and bodies are compared together with it,
 * so that the database alone neither holds what was said of people nor lets passwords be tried against it.
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

/** A remembered refusal as the problem it was. */
export function problemOf(body: unknown): Problem | undefined {
  const { error_code: code, detail, details } = body as { error_code?: string; detail?: string; details?: object };
  return code && Object.hasOwn(catalogue, code) ? new Problem(code as ProblemCode, String(detail), details) : undefined;
}

/** Held by every route that honours `Idempotency-Key`. */
export const idempotencyRecords = defineCapability({
  tables: { access: ['UpdateItem', 'DeleteItem', 'GetItem'] },
  open: () => new IdempotencyRecords(),
});
