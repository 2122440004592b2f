import { createHmac, timingSafeEqual } from 'node:crypto';
import { environment } from '../capability/environment.ts';
import { canonicalJson } from '../json/equality.ts';
import { problem } from '../problems/problem.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { HttpRequest } from './request.ts';

/**
 * Cursors are signed and hold a position in a list and an expiry. A position is therefore always one that the same list
 * returned: for the same object, the same filters after parsing, and the same tenant.
 */

const lifeMilliseconds = 24 * 3600 * 1000;
/** Longer than any position that a list returns. */
const maxPositionLength = 256;
const signatureBytes = 16;

export interface ListScope {
  readonly operationId: string;
  readonly tenant: Tenant;
  readonly request: Pick<HttpRequest, 'params' | 'parsedQuery'>;
}

const paging = ['cursor', 'offset', 'limit', 'skip'];

/**
 * Derived from the secret that every function already has, because a CloudFormation template may hold only a few
 * references to secrets.
 */
const signingKey = () => createHmac('sha256', environment.requiredSetting('ORIGIN_VERIFY')).update('cursors').digest();

function signatureOf({ operationId, tenant, request }: ListScope, after: string, expires: number): Buffer {
  const { params, parsedQuery = {} } = request;
  const filters = Object.entries(parsedQuery).filter(([name]) => !paging.includes(name));
  const signed = canonicalJson([operationId, tenant.id, params, Object.fromEntries(filters), after, expires]);
  return createHmac('sha256', signingKey()).update(signed).digest().subarray(0, signatureBytes);
}

export function makeCursor(scope: ListScope, after: string): string {
  const expires = Date.now() + lifeMilliseconds;
  const signature = signatureOf(scope, after, expires).toString('base64url');
  return Buffer.from(JSON.stringify([after, expires, signature])).toString('base64url');
}

/** The position in a cursor. */
export function readCursor(scope: ListScope, cursor: string): string {
  const [after, expires, signature] = partsOf(cursor);
  const isWhole = typeof after === 'string' && typeof expires === 'number' && typeof signature === 'string';
  if (!isWhole || after === '' || after.length > maxPositionLength || expires <= Date.now()) throw invalid();
  const presented = Buffer.from(signature, 'base64url');
  const right = signatureOf(scope, after, expires);
  if (presented.length !== right.length || !timingSafeEqual(presented, right)) throw invalid();
  return after;
}

const invalid = () =>
  problem('CURSOR_INVALID', 'The cursor is unknown, expired or of another query; begin again without it.');

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    throw invalid();
  }
}
