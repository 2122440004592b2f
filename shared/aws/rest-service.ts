import type { Method } from './exchange.ts';
import { SignedService, type SignedServiceNames } from './signed-service.ts';

/** What a call of a service says that is asked by paths. */
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

/** Calls a service of AWS that is asked by methods and paths. */
export class RestService {
  readonly names: SignedServiceNames;
  readonly #signed: SignedService;

  constructor(names: SignedServiceNames) {
    this.names = names;
    this.#signed = new SignedService(names);
  }

  /** @throws ServiceFault where the service refuses; TimeoutError; AbortError; what the network says */
  async call<T extends object>({ method, path, query = {}, headers = {}, body }: RestCall): Promise<T> {
    const parameters = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
    const answer = await this.#signed.send({
      method,
      path: `/${path.map(encoded).join('/')}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`,
      headers: {
        'Content-Type': typeof body === 'string' ? 'application/octet-stream' : 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : body ? JSON.stringify(body) : '',
    });
    return (answer === '' ? {} : JSON.parse(answer)) as T;
  }
}
