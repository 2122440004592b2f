import aws4 from 'aws4';
import type { Credentials } from './credentials.ts';

/** The parts of a call in the JSON protocol that its signature depends on. */
export interface Unsigned {
  readonly service: string;
  readonly region: string;
  /** Without a query. */
  readonly path: string;
  readonly body: string;
  /** `20260322T100000Z`. */
  readonly date: string;
  /** The headers that are signed: lower-case names, sorted. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * Receives the values that aws4's signer would otherwise compute in each call, which takes as long as the signature.
 */
class Signer extends aws4.RequestSigner {
  readonly #headers: Unsigned['headers'];

  constructor({ service, region, path, body, date, headers }: Unsigned, by: Credentials) {
    super({ service, region, method: 'POST', path, body, headers: { host: '' }, hostname: '' }, by);
    this.parsedPath = { path, query: undefined as never };
    this.datetime = date;
    this.#headers = headers;
    // aws4 has this property, but its types do not.
    Object.assign(this, { filteredHeaders: headers });
  }

  /** The values unchanged: ours have no white space to collapse, and searching a token takes long. */
  override canonicalHeaders(): string {
    return this.#headers.map(([name, value]) => `${name}:${value}`).join('\n');
  }

  /** The service and the region of a host, for callers that do not give them. */
  override matchHost(): [string, string] {
    return ['', ''];
  }
}

/** The header `Authorization` of a call. */
export const authorization = (call: Unsigned, by: Credentials): string => new Signer(call, by).authHeader();
