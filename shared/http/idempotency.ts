import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Caller } from '../auth/caller.ts';
import { seal, unseal } from '../auth/sealed.ts';
import { defineCapability } from '../capability/capability.ts';
import { catalogue, type ProblemCode } from '../problems/catalogue.ts';
import { Problem, problem } from '../problems/problem.ts';
import { isConditionFailed, isRace, rowBefore, unlessChanged } from '../table/faults.ts';
import { accessKeys, type Key } from '../table/keys.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { HttpRequest } from './request.ts';

/** Answers are remembered so long. */
const rememberSeconds = 24 * 3600;
/** A request that has not ended by then is taken for dead, and a retry may run; above any route's timeout. */
const leaseMilliseconds = 60_000;

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

interface OnceRow {
  readonly fingerprint: string;
  readonly token: string;
  readonly leaseUntil: number;
  readonly expiresAt: number;
  readonly answer?: Uint8Array;
}

/**
 * One request under an `Idempotency-Key`. A store adds `record` to the transaction of its effect, so that effect and
 * remembered answer are one write; without a key it adds nothing.
 */
export interface Once {
  record(transaction: Transaction, answer: Answered): void;
}

/** The same where the answer shows a secret, which is never kept: a retry is told the id of what was made. */
export interface SecretOnce {
  recordSecret(transaction: Transaction, id: string): void;
}

/** A remembered answer, or the running request's own record. */
export type Beginning = { readonly replay: Answered } | { readonly once: RunningRequest };

const access = new Table('access');

/** For requests without a key. */
export const always: Once & SecretOnce = { record: () => undefined, recordSecret: () => undefined };

export class RunningRequest implements Once, SecretOnce {
  readonly #key: Key;
  readonly #token: string;
  readonly #presented: string;
  readonly #secret: boolean;
  #recorded = false;

  /**
   * @param presented what its answer is sealed with
   * @param secret whether its successes show one
   */
  constructor(key: Key, token: string, presented: string, secret = false) {
    [this.#key, this.#token, this.#presented, this.#secret] = [key, token, presented, secret];
  }

  record(transaction: Transaction, answer: Answered): void {
    this.#recorded = true;
    transaction.update(access, this.#key, this.#remember(answer), this.#mine(), inProgress);
  }

  recordSecret(transaction: Transaction, id: string): void {
    this.record(transaction, secretShownOnce(id));
  }

  /**
   * After an answer: remembers what no transaction did, and frees the key after a failure that may be retried. What a
   * transaction remembered stands even then: its effect happened, whatever became of the answer.
   */
  async end(answer: Answered): Promise<void> {
    const ok = answer.status < 400;
    if (ok && this.#recorded) return;
    const kept = ok || answer.status === 409;
    const told = ok && this.#secret ? secretShownOnce(String((answer.body as { id?: unknown }).id)) : answer;
    const write = kept
      ? access.update(this.#key, this.#remember(told), this.#mine())
      : access.delete(this.#key, this.#mine());
    await write.catch(unlessChanged);
  }

  #remember(answer: Answered): Expression {
    const sealed = seal(gzipSync(JSON.stringify(answer)), this.#presented);
    return { expression: 'SET answer = :answer', values: { ':answer': sealed } };
  }

  /** The claim is still this request's, and unanswered. */
  #mine(): Expression {
    return {
      expression: '#token = :token AND attribute_not_exists(answer)',
      names: { '#token': 'token' },
      values: { ':token': this.#token },
    };
  }
}

/** What is remembered in place of an answer that showed a secret. */
function secretShownOnce(id: string): Answered {
  const detail =
    'The first request with this Idempotency-Key succeeded and showed a secret, which is not kept. ' +
    'Rotate what it made for a new secret, or delete it and make another under a new Idempotency-Key.';
  const { code, details, message } = problem('SECRET_SHOWN_ONCE', detail, { id });
  return { status: 409, body: { error_code: code, detail: message, details } };
}

const inProgress = () =>
  problem('IDEMPOTENCY_IN_PROGRESS', 'The first request with this Idempotency-Key is still running.', undefined, {
    retryAfterSeconds: 1,
  });

class IdempotencyRecords {
  /**
   * Claims the key for this request, or finds what the first request with it answered.
   *
   * @param secret whether the route's successes show a secret
   */
  async begin(caller: Caller, request: HttpRequest, header: string, secret = false): Promise<Beginning> {
    if (!/^[\x20-\x7e]{1,255}$/.test(header)) {
      const failure = {
        type: 'format',
        loc: ['header', 'Idempotency-Key'],
        msg: 'Should be 1 to 255 printable ASCII characters',
      };
      throw new Problem('VALIDATION_ERROR', failure.msg, undefined, { fields: [failure] });
    }
    const key = accessKeys.idempotency(caller.tenant.reference, caller.principal, request.method, request.path, header);
    const presented = presentedBy(request, header);
    const fingerprint = createHash('sha256').update(`fingerprint\n${presented}`).digest('base64url');
    const token = randomUUID();
    const now = Date.now();
    try {
      await access.update(key, claim(fingerprint, token, now), {
        expression:
          'attribute_not_exists(pk) OR expiresAt <= :now OR (attribute_not_exists(answer) AND leaseUntil <= :now AND fingerprint = :fingerprint)',
        values: { ':now': now },
      });
      return { once: new RunningRequest(key, token, presented, secret) };
    } catch (error) {
      if (isRace(error)) throw inProgress(); // the first request's transaction is being written
      if (!isConditionFailed(error)) throw error;
      const row = (rowBefore(error) ?? (await access.get(key))) as OnceRow | undefined;
      if (!row) throw inProgress();
      // The client tries again where an answer was lost, and then meets its own claim.
      if (row.token === token) return { once: new RunningRequest(key, token, presented, secret) };
      return { replay: replayOf(row, fingerprint, presented) };
    }
  }
}

function claim(fingerprint: string, token: string, now: number): Expression {
  return {
    expression:
      'SET fingerprint = :fingerprint, #token = :token, leaseUntil = :lease, expiresAt = :expires, #ttl = :ttl REMOVE answer',
    names: { '#token': 'token', '#ttl': 'ttl' },
    values: {
      ':fingerprint': fingerprint,
      ':token': token,
      ':lease': now + leaseMilliseconds,
      ':expires': now + rememberSeconds * 1000,
      ':ttl': Math.ceil(now / 1000) + rememberSeconds,
    },
  };
}

/**
 * What only the client knows. Answers are sealed with it, and bodies are compared together with it, so that the database
 * alone neither holds what was said of people nor lets passwords be tried against it.
 */
const presentedBy = ({ rawQuery, body = '' }: HttpRequest, header: string): string => `${header}\n${rawQuery}\n${body}`;

function replayOf(row: OnceRow, fingerprint: string, presented: string): Answered {
  if (row.fingerprint !== fingerprint) {
    throw problem('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request; use a new one.');
  }
  const answer = row.answer && unseal(row.answer, presented);
  if (!answer) throw inProgress();
  return JSON.parse(gunzipSync(answer).toString('utf8')) as Answered;
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
