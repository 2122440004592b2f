/** Header lists are flat, as in Node.js's raw headers: name, value, name, value. Order and case are kept. */
export type RawHeaders = readonly string[];

const hopByHop = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);

/** Headers that only the front door may set; `shared/http` trusts them when the secret among them is right. */
const frontDoorOnly = ['x-viewer-address', 'x-viewer-host', 'x-origin-verify'];

export function headerValue(headers: RawHeaders, name: string): string | undefined {
  const at = headers.findIndex((entry, index) => index % 2 === 0 && entry.toLowerCase() === name);
  return at < 0 ? undefined : headers[at + 1];
}

function without(headers: RawHeaders, names: ReadonlySet<string>): string[] {
  return headers.filter((_, index) => !names.has(headers[index - (index % 2)]!.toLowerCase()));
}

/**
 * The headers that a proxy passes on. `transfer-encoding` stays, because the body is framed in the same way on both
 * sides.
 */
export function endToEnd(headers: RawHeaders): string[] {
  const named = headers.flatMap((entry, index) =>
    index % 2 === 0 && entry.toLowerCase() === 'connection' ? headers[index + 1]!.split(',') : [],
  );
  const dropped = new Set([...hopByHop, ...named.map((name) => name.trim().toLowerCase())]);
  for (const name of ['host', 'content-length', 'transfer-encoding']) dropped.delete(name);
  return without(headers, dropped);
}

export interface Viewer {
  /** The socket's address. */
  readonly address: string;
  readonly originVerify: string;
  /** The host by which the upstream knows the API. */
  readonly apiHost: string;
}

/**
 * The headers that CloudFront and its function send to the API: the caller's address and the requested host, proved by
 * the origin secret, whatever the client sends. The scheme is the viewer's, so that links can be built as
 * `scheme://viewer-host`.
 */
export function apiHeaders(received: RawHeaders, viewer: Viewer): string[] {
  const replaced = new Set([...frontDoorOnly, 'host', 'x-forwarded-proto']);
  return [
    ...['Host', viewer.apiHost],
    ...without(endToEnd(received), replaced),
    ...['X-Forwarded-Proto', 'http'],
    ...['X-Viewer-Address', plainAddress(viewer.address)],
    ...['X-Viewer-Host', headerValue(received, 'host') ?? ''],
    ...['X-Origin-Verify', viewer.originVerify],
  ];
}

/**
 * The headers of an AWS call as if it had arrived over TLS, which `enforceSSL` policies require. Host is signed, so it
 * stays.
 */
export function awsHeaders(received: RawHeaders): string[] {
  const sums = headerValue(received, 'x-amz-checksum-algorithm');
  return [
    ...without(endToEnd(received), new Set(['x-forwarded-proto'])),
    ...['X-Forwarded-Proto', 'https'],
    // S3 computes the sum of a copy that has the first of these headers. The emulator knows the second one only.
    ...(sums && headerValue(received, 'x-amz-copy-source') ? ['X-Amz-Sdk-Checksum-Algorithm', sums] : []),
  ];
}

/** `::ffff:127.0.0.1`, an IPv4 caller on an IPv6 socket, is `127.0.0.1`. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
