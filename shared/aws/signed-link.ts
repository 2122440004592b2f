import aws4 from 'aws4';
import { environment } from '../capability/environment.ts';
import { credentials } from './credentials.ts';

/** A GET request whose signature is part of its address. */
export interface LinkedCall {
  /** The name of the service in signatures. */
  readonly service: string;
  readonly host: string;
  readonly path: string;
  /** In seconds since 1970: when the link begins. */
  readonly signedAt: number;
  readonly seconds: number;
}

const compact = (second: number): string => new Date(second * 1000).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');

/** The path and the query of a link that anybody may open until it ends, with the rights of this process. */
export async function signedPath({ service, host, path, signedAt, seconds }: LinkedCall): Promise<string> {
  const query = `X-Amz-Date=${compact(signedAt)}&X-Amz-Expires=${seconds}`;
  const region = environment.aws.region();
  const headers = { Host: host };
  const call = { service, region, method: 'GET', path: `${path}?${query}`, headers, signQuery: true };
  return aws4.sign(call, await credentials()).path!;
}
