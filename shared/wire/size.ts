import type { z } from 'zod';

/** A limit of the size of a value that has many parts, each within its own limit: a row of DynamoDB has 400 KB in all. */

/** Most bytes of such a value. An entry of the audit log holds it twice: as it was, and as it became. */
const mostBytes = 64 * 1024;

/** For `superRefine`: refuses a value of more than 64 KB as JSON. */
export function refuseLarge(value: unknown, context: z.RefinementCtx): void {
  if (Buffer.byteLength(JSON.stringify(value)) <= mostBytes) return;
  const message = `Should be at most ${mostBytes} bytes as JSON`;
  context.addIssue({ code: 'custom', message, params: { type: 'too_long' } });
}
