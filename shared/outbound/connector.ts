import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Client } from 'undici';
import { defineCapability } from '../capability/capability.ts';
import { addressesOf } from './resolve.ts';
import { ForbiddenTarget, type Target, targetOf } from './target.ts';

/**
 * The one thing that calls addresses of customers. It dials only addresses that it has checked itself, follows no
 * redirect, and reads the beginning of the response for a limited time.
 */

export interface OutboundRequest {
  readonly url: string;
  readonly method: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For everything together: name servers, connection, and the response up to its last header. */
  readonly timeoutMilliseconds: number;
  /** Hosts of this deployment that its settings do not name. */
  readonly ownHosts?: readonly string[];
}

/** Why there is no response. `forbidden_target`: the URL leads where nothing may be called. */
export type OutboundFault = 'timeout' | 'network' | 'tls' | 'forbidden_target';

export type OutboundResult = { readonly durationMilliseconds: number } & (
  | OutboundAnswer
  | { readonly fault: OutboundFault }
);

/** The bytes of a response that are read. */
const mostBytes = 4096;
const mostHeaderBytes = 16 * 1024;

/**
 * Calls a URL once. Never throws: a failure is part of the result.
 *
 * A response whose headers arrive in time counts, even if its body does not end in time.
 */
async function call(request: OutboundRequest): Promise<OutboundResult> {
  const begun = performance.now();
  const since = () => Math.round(performance.now() - begun);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), request.timeoutMilliseconds);
  try {
    const target = targetOf(request.url, request.ownHosts);
    const addresses = await inTime(addressesOf(target), late.signal);
    const answer = await (replaced ?? dial)(target, addresses, request, late.signal);
    return { ...answer, durationMilliseconds: since() };
  } catch (error) {
    return { fault: late.signal.aborted ? 'timeout' : faultOf(error), durationMilliseconds: since() };
  } finally {
    clearTimeout(timer);
  }
}

/** Stops waiting when the signal aborts; the work itself continues, and its result is dropped. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Too late')));
  });
  return Promise.race([work, late]);
}

/** The response of a target. */
export interface OutboundAnswer {
  readonly status: number;
  /** The first bytes as text; what is not UTF-8 is replaced. */
  readonly body: string;
  /** The header `Retry-After` as it was sent. */
  readonly retryAfter: string | undefined;
}

/** Sends a request to one of some addresses. */
type Dial = (
  target: Target,
  addresses: readonly string[],
  request: OutboundRequest,
  signal: AbortSignal,
) => Promise<OutboundAnswer>;

let replaced: Dial | undefined;

/** For tests: `dial` answers in place of the targets; undefined ends that. Forbidden targets are still refused. */
export function answerTargetsWith(dial: Dial | undefined): void {
  replaced = dial;
}

const dial: Dial = async ({ origin, path }, addresses, { method, headers, body, timeoutMilliseconds }, signal) => {
  const client = new Client(origin, {
    connect: { lookup: only(addresses), timeout: timeoutMilliseconds },
    allowH2: false,
    pipelining: 0,
    maxHeaderSize: mostHeaderBytes,
    headersTimeout: timeoutMilliseconds,
    bodyTimeout: timeoutMilliseconds,
  });
  try {
    const response = await client.request({ path, method, headers, body, signal });
    const retryAfter = response.headers['retry-after'];
    return {
      status: response.statusCode,
      body: await beginningOf(response.body),
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    };
  } finally {
    // Does not wait for the rest of the response. One connection for each call keeps every address checked.
    await client.destroy().catch(() => undefined);
  }
};

/** Resolves every name to the addresses that were checked, so that the name servers cannot answer differently now. */
function only(addresses: readonly string[]): LookupFunction {
  const checked: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }));
  const [first] = checked;
  return (_host, { all }, found) => {
    if (all) found(null, checked);
    else found(null, first!.address, first!.family);
  };
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= mostBytes) break;
    }
  } catch {
    // The time is over, or the connection broke: what has arrived so far is kept.
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, mostBytes), { stream: true });
}

const tlsCodes = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO|CRL_)/;
const timeCodes = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'];

function faultOf(error: unknown): OutboundFault {
  // A host without an address may have one again later, like a host that does not answer.
  if (error instanceof ForbiddenTarget) return error.reason === 'unresolvable' ? 'network' : 'forbidden_target';
  const code = codeOf(error);
  if (timeCodes.includes(code)) return 'timeout';
  return tlsCodes.test(code) ? 'tls' : 'network';
}

function codeOf(error: unknown): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string') return code;
  const inner = cause ?? errors?.[0];
  return inner === undefined ? '' : codeOf(inner);
}

/** Calls addresses of customers. */
export const callTargets = defineCapability({ settings: ['OPEN_TARGETS', 'OWN_HOSTS'], open: () => ({ call }) });
