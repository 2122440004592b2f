import { seal } from '../auth/sealed.ts';
import { log } from '../log/log.ts';
import { problem } from '../problems/problem.ts';
import { unlessChanged } from '../table/faults.ts';
import { newId } from '../table/ids.ts';
import type { Key } from '../table/key.ts';
import { pack } from '../table/packed.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';

/** A request under an `Idempotency-Key`, as its handler sees it. */

export interface Answered {
  readonly status: number;
  readonly body: unknown;
  /** The headers that the handler set. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * One request under an `Idempotency-Key`. A store adds `record` to the transaction of its effect, so that the effect
 * and the recorded answer are one write. Without a key, `record` adds nothing.
 */
export interface Once {
  /**
   * An id for the object that the request creates. A retry of a crashed request gets the same id, and finds the object
   * if it exists.
   */
  readonly objectId: string;
  record(transaction: Transaction, answer: Answered): void;
  /**
   * To be called before an effect of several writes: if the request fails from then on, a retry gets the same
   * `objectId`, and repeats the same writes.
   */
  begin(): void;
}

/** Adds writes to a transaction that must happen together with it. */
export type Recording = Pick<Once, 'record'>;

/**
 * The same for answers that show a secret, which is never stored: a retry gets the id of the created object instead.
 */
export interface SecretOnce {
  recordSecret(transaction: Transaction, id: string): void;
}

const access = new Table('access');

/** For requests without a key: nothing is recorded. */
export const unrecorded: Once & SecretOnce = {
  get objectId() {
    return newId(Date.now());
  },
  record: () => undefined,
  begin: () => undefined,
  recordSecret: () => undefined,
};

export class RunningRequest implements Once, SecretOnce {
  readonly objectId: string;
  readonly #key: Key;
  readonly #token: string;
  readonly #presented: string;
  readonly #secret: boolean;
  #recorded = false;
  #begun = false;

  /**
   * @param claim the token of its claim, and the id of the object that it creates
   * @param presented the content of the request, with which its answer is encrypted
   * @param secret whether its success answers show a secret
   */
  constructor(
    key: Key,
    claim: { readonly token: string; readonly objectId: string },
    presented: string,
    secret = false,
  ) {
    [this.#key, this.#token, this.#presented, this.#secret] = [key, claim.token, presented, secret];
    this.objectId = claim.objectId;
  }

  record(transaction: Transaction, answer: Answered): void {
    this.#recorded = true;
    transaction.update(access, this.#key, this.#remember(answer), this.#mine(), inProgress);
  }

  begin(): void {
    this.#begun = true;
  }

  recordSecret(transaction: Transaction, id: string): void {
    this.record(transaction, secretShownOnce(id));
  }

  /**
   * Called with the answer. Records it unless a transaction has done so, and releases the key after a failure that may
   * be retried. What a transaction recorded stays even after a failure, because its effect happened. If the database
   * refuses the write, the key stays claimed: a retry then waits until the lease ends, and finds the created object by
   * its id.
   */
  async end(answer: Answered): Promise<void> {
    const ok = answer.status < 400;
    if (ok && this.#recorded) return;
    const kept = ok || answer.status === 409;
    const remembered = ok && this.#secret ? secretShownOnce(String((answer.body as { id?: unknown }).id)) : answer;
    const write = kept
      ? access.update(this.#key, this.#remember(remembered), this.#mine())
      : this.#begun
        ? access.update(this.#key, leaseEnded, this.#mine())
        : access.delete(this.#key, this.#mine());
    await write.catch(unlessChanged).catch((error: unknown) => {
      log().warn('idempotency record left running', { error: String(error) });
    });
  }

  #remember(answer: Answered): Expression {
    const sealed = seal(pack(answer), this.#presented);
    return { expression: 'SET answer = :answer', values: { ':answer': sealed } };
  }

  /** The condition that the claim still belongs to this request and has no answer. */
  #mine(): Expression {
    return {
      expression: '#token = :token AND attribute_not_exists(answer)',
      names: { '#token': 'token' },
      values: { ':token': this.#token },
    };
  }
}

/** Ends the lease: a retry may take over the claim at once, with its object id. */
const leaseEnded: Expression = {
  expression: 'SET #until = :now',
  names: { '#until': 'leaseUntil' },
  values: { ':now': 0 },
};

/** The record that replaces an answer with a secret. */
function secretShownOnce(id: string): Answered {
  const detail =
    'The first request with this Idempotency-Key succeeded and showed a secret, which is not kept. ' +
    'Rotate what it made for a new secret, or delete it and make another under a new Idempotency-Key.';
  const { code, details, message } = problem('SECRET_SHOWN_ONCE', detail, { id });
  return { status: 409, body: { error_code: code, detail: message, details } };
}

export const inProgress = () =>
  problem('IDEMPOTENCY_IN_PROGRESS', 'The first request with this Idempotency-Key is still running.', undefined, {
    retryAfterSeconds: 1,
  });
