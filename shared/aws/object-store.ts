import aws4 from 'aws4';
import { hostOf, pathOf } from './bucket.ts';
import type { Credentials } from './credentials.ts';
import type { Answer, Method } from './exchange.ts';
import { ServiceFault } from './faults.ts';
import { type Home, SignedService, unsignedHeaders } from './signed-service.ts';

/** One call of S3 about an object. */
export interface ObjectCall {
  readonly method: Extract<Method, 'GET' | 'HEAD' | 'PUT' | 'DELETE'>;
  readonly bucket: string;
  /** Only characters that need no encoding. */
  readonly key: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** S3 takes about ten seconds to copy a gigabyte, and sends nothing before. */
const idleMilliseconds = 20_000;

/** The objects of a bucket, for endpoints: the SDK of S3 is as large as all of their other code. */
export class ObjectStore {
  readonly #buckets = new Map<string, SignedService>();

  /**
   * @returns a success
   * @throws ServiceFault if S3 refuses; TimeoutError; errors of the network
   */
  async call({ method, bucket, key, headers = {}, body }: ObjectCall): Promise<Answer> {
    const path = pathOf(bucket, key);
    const signed = (home: Home, date: string, by: Credentials) => {
      const length = method === 'PUT' ? { 'Content-Length': body?.length ?? 0 } : {};
      const given = { ...headers, Host: home.host, 'X-Amz-Date': date, ...length };
      const request = { service: 's3', region: home.region, method, path: home.path, headers: given };
      const { headers: all } = aws4.sign({ ...request, ...(body ? { body } : {}) }, by);
      return [...Object.entries(all!).flatMap(([name, value]) => [name, String(value)]), ...unsignedHeaders()];
    };
    const answer = await this.#of(bucket).send({ method, path, body: body ?? '', signed });
    // A copy that fails halfway has the status 200 and an error in the body.
    const [, code] = (method === 'PUT' && /<Error>.*?<Code>([^<]*)/s.exec(answer.body)) || [];
    if (code) throw new ServiceFault(code, 'S3 does not copy', 503);
    return answer;
  }

  #of(bucket: string): SignedService {
    let service = this.#buckets.get(bucket);
    if (!service) {
      service = new SignedService({ name: 's3', host: () => hostOf(bucket), idleMilliseconds });
      this.#buckets.set(bucket, service);
    }
    return service;
  }
}
