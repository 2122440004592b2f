import { createHmac, randomBytes } from 'node:crypto';
import * as z from 'zod';

/** Secrets that sign, and signatures as Standard Webhooks defines them. */

const prefix = 'whsec_';
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** A secret as callers give it. */
export const SigningSecret = z
  .string()
  .min(16, { abort: true })
  .max(256, { abort: true })
  .refine((secret) => keyOf(secret).length > 0, {
    message: 'Should be base64 after "whsec_"',
    params: { type: 'format' },
  });

export const newSecret = (): string => prefix + randomBytes(32).toString('base64');

/** The bytes that sign: decoded from what follows `whsec_`, or the UTF-8 of any other text. Empty if it is not base64. */
function keyOf(secret: string): Buffer {
  if (!secret.startsWith(prefix)) return Buffer.from(secret, 'utf8');
  const encoded = secret.slice(prefix.length);
  return base64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
}

/** The beginning and the end of a secret: enough to tell it from others, too little to sign with. */
export function hintOf(secret: string): string {
  const end = secret.slice(-4);
  return secret.startsWith(prefix) ? `${prefix}…${end}` : `…${end}`;
}

/** A secret that signs; `until`, in milliseconds since 1970, for one that was replaced. */
export interface HeldSecret {
  readonly secret: string;
  readonly until?: number;
}

/** The most signatures of one call. */
export const mostSecrets = 3;

/** The secrets that sign now, newest first. */
export const inForce = (secrets: readonly HeldSecret[], now: number): HeldSecret[] =>
  secrets.filter(({ until }) => until === undefined || until > now).slice(0, mostSecrets);

/**
 * The headers that prove a body.
 *
 * @param id the event's, the same on every attempt
 * @param now milliseconds since 1970
 */
export function signed(secrets: readonly HeldSecret[], id: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = inForce(secrets, now).map(({ secret }) => {
    const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${mac}`;
  });
  const proof = signatures.length > 0 ? { 'webhook-signature': signatures.join(' ') } : {};
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, ...proof };
}
