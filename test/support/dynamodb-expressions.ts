import { isDeepStrictEqual } from 'node:util';

/**
 * The part of DynamoDB's expressions that the product writes: AND, OR, parentheses, comparisons, `attribute_exists`,
 * `attribute_not_exists`, `contains`, `begins_with`; SET with `+` and `if_not_exists`, ADD of numbers and to sets, REMOVE. Anything else throws.
 */

type Attributes = Readonly<Record<string, unknown>>;

export interface Expressed {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Attributes | undefined;
}

const tokenPattern = /\s*(?:(<=|>=|<>|[=<>(),+])|([#:]?[A-Za-z_]\w*))/y;
/**
 * Attributes that the product names in expressions directly. Every other attribute needs a `#name`: DynamoDB reserves
 * some 570 words. `dynamodb-conformance.ts` proves on the emulator that none of these is reserved.
 */
export const unreserved: readonly string[] = [
  ...['pk', 'sk', 'answer', 'colour', 'enterpriseRateLimit', 'expiresAt', 'externalId', 'geocoded', 'givenBack'],
  ...['hits', 'indexVersion', 'lastUsedAddress', 'lastUsedAt', 'n', 'n1', 'odd', 'rateLimit', 'readAt', 'reservedBy'],
  ...[
    'csr',
    'deadline',
    'lastSeenAt',
    'reportedAt',
    'revokedAt',
    'secretHash',
    'stale',
    'tags',
    'touchedAt',
    'used',
    'usedAt',
  ],
  ...['claimedUntil', 'dead', 'delivered', 'eventType', 'failed', 'lastSuccessAt', 'slot', 'startedAt', 'webhookId'],
  'webhook_deliveries',
];
const keywords = /^(AND|OR|NOT|SET|ADD|REMOVE|DELETE|BETWEEN|IN)$/;

export class ExpressionError extends Error {
  override readonly name = 'ValidationException';
}

/** Resolves `#names` and `:values`, and records which were used: DynamoDB refuses unused ones. */
export class Names {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Attributes;
  readonly #used = new Set<string>();

  constructor(input: Expressed) {
    const { ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = input;
    const given = [input.ExpressionAttributeNames, input.ExpressionAttributeValues];
    if (given.some((one) => one && Object.keys(one).length === 0)) throw new ExpressionError('Empty names or values');
    this.#names = ExpressionAttributeNames;
    this.#values = ExpressionAttributeValues;
  }

  path(token: string): string {
    if (!token.startsWith('#')) {
      if (!unreserved.includes(token))
        throw new ExpressionError(
          `Write #${token}, or say in test/support/dynamodb-expressions.ts that it is unreserved`,
        );
      return token;
    }
    this.#used.add(token);
    const name = this.#names[token];
    if (name === undefined) throw new ExpressionError(`Undefined name ${token}`);
    return name;
  }

  value(token: string): unknown {
    this.#used.add(token);
    if (!Object.hasOwn(this.#values, token)) throw new ExpressionError(`Undefined value ${token}`);
    return this.#values[token];
  }

  /** The value of a token, if there is a token. */
  optional(token: string | undefined): unknown {
    return token === undefined ? undefined : this.value(token);
  }

  requireAllUsed(): void {
    const given = [...Object.keys(this.#names), ...Object.keys(this.#values)];
    const unused = given.filter((name) => !this.#used.has(name));
    if (unused.length > 0) throw new ExpressionError(`Unused in expressions: ${unused.join(', ')}`);
  }
}

class Tokens {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    if (Buffer.byteLength(text) > 4096) throw new ExpressionError('Expression size has exceeded the maximum: 4096');
    tokenPattern.lastIndex = 0;
    const trimmed = text.trimEnd();
    for (let end = 0; end < trimmed.length; end = tokenPattern.lastIndex) {
      tokenPattern.lastIndex = end;
      const match = tokenPattern.exec(trimmed);
      if (!match) throw new ExpressionError(`The fake cannot read "${trimmed.slice(end)}"`);
      this.#tokens.push(match[1] ?? match[2] ?? '');
    }
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  take(wanted?: string): string {
    const token = this.#tokens[this.#at++] ?? '';
    if (wanted !== undefined && token !== wanted) throw new ExpressionError(`Expected ${wanted}, found "${token}"`);
    return token;
  }

  takes(wanted: string): boolean {
    if (this.#tokens[this.#at] !== wanted) return false;
    this.#at += 1;
    return true;
  }
}

type Test = (row: Attributes) => boolean;
type Operand = (row: Attributes) => unknown;

/** A condition as a function of the row; an absent row is `{}`. */
export function condition(text: string, names: Names): Test {
  const tokens = new Tokens(text);
  const test = either(tokens, names);
  if (!tokens.done) throw new ExpressionError(`The fake does not know "${tokens.take()}" here`);
  return test;
}

function either(tokens: Tokens, names: Names): Test {
  const terms = [both(tokens, names)];
  while (tokens.takes('OR')) terms.push(both(tokens, names));
  return (row) => terms.some((term) => term(row));
}

function both(tokens: Tokens, names: Names): Test {
  const terms = [single(tokens, names)];
  while (tokens.takes('AND')) terms.push(single(tokens, names));
  return (row) => terms.every((term) => term(row));
}

function single(tokens: Tokens, names: Names): Test {
  if (tokens.takes('(')) {
    const inner = either(tokens, names);
    tokens.take(')');
    return inner;
  }
  const first = tokens.take();
  if (tokens.takes('(')) return called(first, tokens, names);
  const [left, operator, right] = [operand(first, names), tokens.take(), operand(tokens.take(), names)];
  return (row) => compared(operator, left(row), right(row));
}

function called(name: string, tokens: Tokens, names: Names): Test {
  const path = names.path(tokens.take());
  const ofTwo = binary[name];
  if (ofTwo) tokens.take(',');
  const value = ofTwo ? operand(tokens.take(), names) : undefined;
  tokens.take(')');
  if (name === 'attribute_exists') return (row) => row[path] !== undefined;
  if (name === 'attribute_not_exists') return (row) => row[path] === undefined;
  if (ofTwo && value) return (row) => ofTwo(row[path], value(row));
  throw new ExpressionError(`The fake does not know the function ${name}`);
}

const binary: Readonly<Record<string, (whole: unknown, part: unknown) => boolean>> = {
  contains,
  begins_with: (whole, part) => typeof whole === 'string' && typeof part === 'string' && whole.startsWith(part),
};

function contains(whole: unknown, part: unknown): boolean {
  if (typeof whole === 'string') return typeof part === 'string' && whole.includes(part);
  if (whole instanceof Set) return whole.has(part);
  return Array.isArray(whole) && whole.some((item) => isDeepStrictEqual(item, part));
}

function operand(token: string, names: Names): Operand {
  if (keywords.test(token)) throw new ExpressionError(`The fake does not know "${token}" here`);
  if (token.startsWith(':')) {
    const value = names.value(token);
    return () => value;
  }
  const path = names.path(token);
  return (row) => row[path];
}

function compared(operator: string, a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return false;
  if (operator === '=') return isDeepStrictEqual(a, b);
  if (operator === '<>') return !isDeepStrictEqual(a, b);
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false;
  const order = typeof a === 'number' ? a - (b as number) : Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  throw new ExpressionError(`The fake does not know the operator "${operator}"`);
}

/** An update as a function of the row; every operand has its value from before the update. */
export function update(text: string, names: Names): (row: Attributes) => Attributes {
  const tokens = new Tokens(text);
  const steps: { readonly path: string; readonly value: Operand | undefined }[] = [];
  while (!tokens.done) {
    const clause = tokens.take();
    do {
      const path = names.path(tokens.take());
      if (path === 'pk' || path === 'sk') throw new ExpressionError('Cannot update a key attribute');
      if (steps.some((step) => step.path === path)) throw new ExpressionError('Two document paths overlap');
      steps.push({ path, value: becomes(clause, path, tokens, names) });
    } while (tokens.takes(','));
  }
  return (row) => {
    const after = { ...row };
    for (const { path, value } of steps) {
      if (value) after[path] = value(row);
      else delete after[path];
    }
    return after;
  };
}

/** The new value of an attribute; undefined if it is removed. */
function becomes(clause: string, path: string, tokens: Tokens, names: Names): Operand | undefined {
  switch (clause) {
    case 'SET':
      tokens.take('=');
      return sum(tokens, names);
    case 'ADD': {
      const value = names.value(tokens.take());
      return (row) => added(row[path], value);
    }
    case 'REMOVE':
      return undefined;
    default:
      throw new ExpressionError(`The fake does not know the clause "${clause}"`);
  }
}

function sum(tokens: Tokens, names: Names): Operand {
  const left = term(tokens, names);
  if (!tokens.takes('+')) return left;
  const right = term(tokens, names);
  return (row) => plus(left(row), right(row));
}

function term(tokens: Tokens, names: Names): Operand {
  const token = tokens.take();
  if (!tokens.takes('(')) {
    const value = operand(token, names);
    return (row) => {
      const found = value(row);
      if (found === undefined) throw new ExpressionError('An attribute in the update does not exist in the item');
      return found;
    };
  }
  if (token !== 'if_not_exists') throw new ExpressionError(`The fake does not know the function ${token}`);
  const path = names.path(tokens.take());
  tokens.take(',');
  const otherwise = operand(tokens.take(), names);
  tokens.take(')');
  return (row) => row[path] ?? otherwise(row);
}

/** Adds a number to a number, or a set to a set; if there is none yet, the added value is the result. */
function added(to: unknown, value: unknown): unknown {
  if (!(value instanceof Set)) return plus(to ?? 0, value);
  const set = to ?? new Set();
  const kinds = new Set([...value, ...(set instanceof Set ? set : [to])].map((one) => typeof one));
  if (!(set instanceof Set) || kinds.size !== 1) throw new ExpressionError('Type mismatch: not a set of its kind');
  return new Set([...set, ...value]);
}

function plus(a: unknown, b: unknown): number {
  if (typeof a !== 'number' || typeof b !== 'number') throw new ExpressionError('Type mismatch: not a number');
  return a + b;
}
