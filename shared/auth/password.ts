import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * How passwords are stored: hashed with argon2id, at the first cost that OWASP's password storage cheat sheet
 * recommends, as a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>` in base64 without padding.
 */

interface Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  /** Bytes. */
  readonly tagLength: number;
  readonly saltLength: number;
}

interface StoredHash {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const today: Cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32, saltLength: 16 };

const derive = promisify(argon2);

/**
 * Unicode composition (NFC). One keyboard sends "é" as one code point, another sends an "e" and an accent. For the
 * person it is the same password, so both must give the same bytes.
 */
const normal = (password: string): string => password.normalize('NFC');

const tagOf = (password: string, salt: Buffer, { memory, passes, parallelism, tagLength }: Cost): Promise<Buffer> =>
  derive('argon2id', { message: normal(password), nonce: salt, memory, passes, parallelism, tagLength });

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/**
 * The PHC string to store for a new password.
 *
 * @param like a stored hash whose salt and cost the new one shares, so that one computation can be compared with both;
 *   without it, the salt is random and the cost is the current one
 */
export async function hashPassword(password: string, like?: string): Promise<string> {
  const { salt, cost } = (like && readHash(like)) || { salt: randomBytes(today.saltLength), cost: today };
  const tag = await tagOf(password, salt, cost);
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(tag)}`;
}

/** Used when there is no hash, so that an unknown person takes as long as a known one. */
const decoy: StoredHash = {
  cost: today,
  salt: Buffer.from('n/4Mv8jsd0mBFybqrjQDEA', 'base64'),
  tag: Buffer.from('MXbWwDUZlpdWkOQnzDgIeTyg9cwPkUf4QvrmQTO7zKE', 'base64'),
};

/**
 * Compares a password with stored hashes. Hashes with the same salt and cost share one computation. If there is no
 * hash, one computation is made too. The time does not depend on the result.
 *
 * @param hashes PHC strings. A string that is not an argon2id hash matches nothing.
 */
export async function verifyPasswords(hashes: readonly string[], password: string): Promise<boolean[]> {
  const stored = hashes.map(readHash);
  const readable = stored.filter((one) => one !== undefined);
  const tags = new Map<string, Buffer>();
  for (const one of readable.length > 0 ? readable : [decoy]) {
    const parameters = parametersOf(one);
    if (!tags.has(parameters)) tags.set(parameters, await tagOf(password, one.salt, one.cost));
  }
  return stored.map((one) => one !== undefined && timingSafeEqual(tags.get(parametersOf(one))!, one.tag));
}

/** As {@link verifyPasswords} for one person; `hash` is undefined when there is no such person. */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  const [matches = false] = await verifyPasswords(hash === undefined ? [] : [hash], password);
  return matches;
}

const parametersOf = ({ cost, salt }: StoredHash): string => JSON.stringify([cost, base64(salt)]);

/** Whether both hashes have the same salt and cost, so that one computation serves for both. */
export function shareParameters(one: string, other: string): boolean {
  const [a, b] = [readHash(one), readHash(other)];
  return a !== undefined && b !== undefined && parametersOf(a) === parametersOf(b);
}

/** Whether a stored hash was made at another cost than the current one. */
export function isOutdated(hash: string): boolean {
  const cost = readHash(hash)?.cost;
  return cost === undefined || (Object.keys(today) as (keyof Cost)[]).some((part) => cost[part] !== today[part]);
}

const phc =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** The most memory that one hash may ask for, in KiB. */
const maxMemory = 262_144;

function readHash(text: string): StoredHash | undefined {
  const [, m, t, p, salt = '', tag = ''] = phc.exec(text) ?? [];
  const [memory, passes, parallelism] = [Number(m), Number(t), Number(p)];
  if (!salt || !tag || memory > maxMemory || memory < 8 * parallelism) return undefined;
  const bytes = { salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
  if (base64(bytes.salt) !== salt || base64(bytes.tag) !== tag) return undefined;
  const lengths = { saltLength: bytes.salt.length, tagLength: bytes.tag.length };
  return { cost: { memory, passes, parallelism, ...lengths }, ...bytes };
}
