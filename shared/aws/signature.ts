import aws4 from 'aws4';
import type { Credentials } from './credentials.ts';

/** A call in the JSON protocol, as far as its signature is about it. */
export interface Unsigned {
  readonly service: string;
  readonly region: string;
  /** Without a query. */
  readonly path: string;
  readonly body: string;
  /** `20260322T100000Z`. */
  readonly date: string;
  /** Those that are signed: lower-case names, sorted. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Told what the signer of aws4 otherwise finds out in each call, which takes it as long as the signature. */
class Signer extends aws4.RequestSigner {
  readonly #headers: Unsigned['headers'];

  constructor({ service, region, path, body, date, headers }: Unsigned, by: Credentials) {
    super({ service, region, method: 'POST', path, body, headers: { host: '' }, hostname: '' }, by);
    this.parsedPath = { path, query: undefined as never };
    this.datetime = date;
    this.#headers = headers;
    // Known to aws4, and not to its types.
    Object.assign(this, { filteredHeaders: headers });
  }

  /** As they are: our values have no white space that could be left out, and a token is long to search. */
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
