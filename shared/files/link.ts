import { hostOf, pathOf } from '../aws/bucket.ts';
import { signedPath } from '../aws/signed-link.ts';
import { environment } from '../capability/environment.ts';

/** Links to files, which anybody who has one may open until it ends. */

const longestSeconds = 15 * 60;

function placeOf(key: string): { readonly origin: string; readonly host: string; readonly path: string } {
  const bucket = environment.requiredSetting('FILES_BUCKET');
  const { origin, host } = new URL(environment.aws.endpointUrl('s3') ?? `https://${hostOf(bucket)}`);
  return { origin, host, path: pathOf(bucket, key) };
}

/**
 * A link that downloads a file for 15 minutes, and never after `until`. It works without a credential, on the host of
 * the store, which refuses requests with an additional `Authorization`.
 *
 * @param until milliseconds since 1970
 */
export async function linkTo(key: string, until: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const left = Math.floor(until / 1000) - now;
  // The store requires at least one second. In the last one, the link begins a second earlier, so it has expired.
  const [signedAt, seconds] = left < 1 ? [now - 1, 1] : [now, Math.min(left, longestSeconds)];
  const { origin, host, path } = placeOf(key);
  return origin + (await signedPath({ service: 's3', host, path, signedAt, seconds }));
}

export interface UploadLink {
  readonly url: string;
  /** Headers that the request must have, since the signature covers them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A link that uploads a file of exactly this type and size, with `PUT`, for 15 minutes. */
export async function linkToUpload(key: string, contentType: string, bytes: number): Promise<UploadLink> {
  const signedAt = Math.floor(Date.now() / 1000);
  const headers = { 'Content-Type': contentType, 'Content-Length': String(bytes) };
  const { origin, host, path } = placeOf(key);
  const call = { method: 'PUT', service: 's3', host, path, signedAt, seconds: longestSeconds, headers } as const;
  return { url: origin + (await signedPath(call)), headers, expiresAt: (signedAt + longestSeconds) * 1000 };
}
