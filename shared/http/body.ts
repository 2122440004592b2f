import { parseMarked } from '../json/exact.ts';
import { type Outline, outlineOf } from '../json/outline.ts';
import { type Problem, problem } from '../problems/problem.ts';
import type { HttpRequest } from './request.ts';
import type { Route } from './route.ts';

/** The body of a request: its bytes as text, and the text as JSON. Values are stored exactly as they were sent. */

export interface RequestBody {
  readonly bytes: number;
  /** Throws when the bytes are not UTF-8. */
  text(): string;
  raw(): Buffer;
}

/** Largest JSON body, in bytes. */
export const maxBodyBytes = 4 * 1024 * 1024;
/** The largest JSON body of a public route, which is read without a credential. */
const maxPublicBytes = 8 * 1024;

/** The largest body that a route accepts, in bytes. */
export const bodyLimitOf = ({ scope, maxBodyBytes: own }: Pick<Route, 'scope' | 'maxBodyBytes'>): number =>
  own ?? (scope === 'public' ? maxPublicBytes : maxBodyBytes);

/** Deeper nesting has no use, and would overflow the stack of recursive code. */
const maxLevels = 128;

export function bodyOf(given: string, isBase64: boolean): RequestBody {
  const raw = () => Buffer.from(given, isBase64 ? 'base64' : 'utf8');
  if (!isBase64) return { bytes: Buffer.byteLength(given), text: () => wholeText(given), raw };
  return { bytes: Buffer.byteLength(given, 'base64'), text: () => decoded(raw()), raw };
}

const malformed = (why: string): Problem => problem('MALFORMED_JSON', `The body is not JSON: ${why}.`);
const notUtf8 = 'its bytes are not UTF-8';
const compressed = 'it is compressed; send it as it is, without a Content-Encoding';

const gzipMark = 0x1f;

function decoded(bytes: Buffer): string {
  if (bytes[0] === gzipMark) throw malformed(compressed);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed(notUtf8);
  }
}

/**
 * The gateway has decoded the bytes, and has put U+FFFD for those that are not UTF-8. It cannot be distinguished from a
 * U+FFFD that was sent.
 */
function wholeText(text: string): string {
  if (text.charCodeAt(0) === gzipMark) throw malformed(compressed);
  if (text.includes('\ufffd')) {
    throw malformed(`${notUtf8}, or it holds the character U+FFFD, which stands for such bytes; write that as \\ufffd`);
  }
  return text;
}

/** The JSON of a body. */
export interface GivenJson {
  readonly value: unknown;
  /** Whether numbers in it are marked; see `shared/json/exact.ts`. */
  readonly isMarked: boolean;
}

/** Throws for a body that is too large, of another media type, or not JSON. */
export function readJson({ body, headers }: Pick<HttpRequest, 'body' | 'headers'>, maxBytes: number): GivenJson {
  if (body && body.bytes > maxBytes) {
    const detail = `The body has ${body.bytes} bytes; at most ${maxBytes} are accepted.`;
    throw problem('PAYLOAD_TOO_LARGE', detail, { max_bytes: maxBytes });
  }
  if (!body) throw problem('MALFORMED_JSON', 'The body is empty; send a JSON object.');
  requireJsonType(headers);
  return jsonOf(body.text());
}

function requireJsonType(headers: HttpRequest['headers']): void {
  const refuse = (detail: string) => problem('UNSUPPORTED_MEDIA_TYPE', detail);
  const [mediaType = '', ...parameters] = (headers['content-type'] ?? 'application/json').toLowerCase().split(';');
  const type = mediaType.trim();
  if (type !== 'application/json' && !type.endsWith('+json')) {
    throw refuse(`Send JSON with "Content-Type: application/json", not "${type}".`);
  }
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/.exec(one)?.[1]).find(Boolean);
  if (charset && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    throw refuse(`JSON is sent in UTF-8, not in "${charset}".`);
  }
  requireUnencoded(headers);
}

export function requireUnencoded(headers: HttpRequest['headers']): void {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (!encoding || encoding === 'identity') return;
  throw problem('UNSUPPORTED_MEDIA_TYPE', `Send the body as it is, not with "Content-Encoding: ${encoding}".`);
}

function jsonOf(text: string): GivenJson {
  if (text.startsWith('\ufeff')) throw malformed('it begins with a byte order mark; send it without one');
  const outline = outlineOf(text);
  if (outline.levels > maxLevels) throw malformed(`it is nested more than ${maxLevels} levels deep`);
  const value = parsed(text, outline);
  if (outline.halfCharacter) throw malformed('a string holds half of a surrogate pair, which is no character');
  if (keyCount(value) !== outline.keys) throw malformed('an object has the same key twice');
  return { value, isMarked: outline.inexact.length > 0 };
}

function parsed(text: string, outline: Outline): unknown {
  try {
    return parseMarked(text, outline);
  } catch {
    throw malformed(whyNot(text));
  }
}

/** The reason that the JSON parser gives, without its quotation from the body, which may contain any bytes. */
function whyNot(text: string): string {
  const message = complaintOf(text);
  const [, token] = /^Unexpected token '(.)/su.exec(message) ?? [];
  if (token) return `${named(token)} is not expected where it stands`;
  if (message === 'Unexpected end of JSON input') return 'it ends too early';
  const [, reason, position] = /^([\x20-\x7e]+?)(?: in JSON| after JSON)? at position (\d+)/.exec(message) ?? [];
  return reason ? `${reason.charAt(0).toLowerCase()}${reason.slice(1)} at position ${position}` : 'it is unreadable';
}

function complaintOf(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return error instanceof SyntaxError ? error.message : '';
  }
}

function named(token: string): string {
  if (/[\x21-\x7e]/.test(token)) return `the character ${token}`;
  return /\p{Surrogate}/u.test(token) ? 'a character' : `the character U+${hex(token)}`;
}
const hex = (token: string) => token.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');

function keyCount(value: unknown): number {
  let count = 0;
  const open: object[] = [];
  const look = (item: unknown) => void (typeof item === 'object' && item !== null && open.push(item));
  look(value);
  for (let one = open.pop(); one; one = open.pop()) {
    if (Array.isArray(one)) {
      for (const item of one) look(item);
      continue;
    }
    for (const key in one) {
      count += 1;
      look((one as Readonly<Record<string, unknown>>)[key]);
    }
  }
  return count;
}
