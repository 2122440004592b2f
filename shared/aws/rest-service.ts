import aws4 from 'aws4';
import type { Credentials } from './credentials.ts';
import type { Method } from './exchange.ts';
import { type Home, type ServiceName, SignedService, unsignedHeaders } from './signed-service.ts';

/** A service of AWS that is called by methods and paths. */
export interface RestName extends ServiceName {
  /** Its name in signatures, if that differs. */
  readonly signedAs?: string;
}

export interface RestCall {
  readonly method: Method;
  /** Each segment is encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON unless it is text. */
  readonly body?: object | string;
}

const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** Calls the operations of one service. */
export class RestService {
  readonly names: RestName;
  readonly #signed: SignedService;

  constructor(names: RestName) {
    this.names = names;
    this.#signed = new SignedService(names);
  }

  /** @throws ServiceFault if the service refuses; TimeoutError; AbortError; errors of the network */
  async call<T extends object>({ method, path, query = {}, headers = {}, body }: RestCall): Promise<T> {
    const parameters = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
    const where = `/${path.map(encoded).join('/')}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`;
    const text = typeof body === 'string' ? body : body ? JSON.stringify(body) : '';
    const type = typeof body === 'string' ? 'application/octet-stream' : 'application/json';
    const signed = (home: Home, date: string, by: Credentials) =>
      this.#headers(home, { method, body: text, headers: { 'Content-Type': type, ...headers } }, date, by);
    const { body: answer } = await this.#signed.send({ method, path: where, body: text, signed });
    return (answer === '' ? {} : JSON.parse(answer)) as T;
  }

  #headers(
    { region, host, path }: Home,
    { method, body, headers: given }: { readonly method: Method; readonly body: string; readonly headers: object },
    date: string,
    by: Credentials,
  ): readonly string[] {
    const { name, signedAs = name } = this.names;
    const headers = { ...given, Host: host, 'X-Amz-Date': date, 'Content-Length': Buffer.byteLength(body) };
    const call = aws4.sign({ service: signedAs, region, method, path, body, headers }, by);
    return [
      ...Object.entries(call.headers!).flatMap(([header, value]) => [header, String(value)]),
      ...unsignedHeaders(),
    ];
  }
}
