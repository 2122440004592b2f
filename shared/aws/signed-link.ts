import aws4 from 'aws4';
import { environment } from '../capability/environment.ts';
import { credentials } from './credentials.ts';

/** A request whose signature is part of its address. */
export interface LinkedCall {
  readonly method?: 'GET' | 'PUT';
  /** The name of the service in signatures. */
  readonly service: string;
  readonly host: string;
  readonly path: string;
  /** In seconds since 1970: when the link begins. */
  readonly signedAt: number;
  readonly seconds: number;
  /** Headers that the request must have. */
  readonly headers?: Readonly<Record<string, string>>;
}

const compact = (second: number): string => new Date(second * 1000).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');

/** The path and the query of a link that anybody may open until it ends, with the rights of this process. */
export async function signedPath(linked: LinkedCall): Promise<string> {
  const { method = 'GET', service, host, path, signedAt, seconds, headers: required = {} } = linked;
  const query = `X-Amz-Date=${compact(signedAt)}&X-Amz-Expires=${seconds}`;
  const region = environment.aws.region();
  const headers = { Host: host, ...required };
  const call = { service, region, method, path: `${path}?${query}`, headers, signQuery: true };
  return aws4.sign(call, await credentials()).path!;
}
