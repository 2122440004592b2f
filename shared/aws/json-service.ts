import type { Credentials } from './credentials.ts';
import { authorization } from './signature.ts';
import { type Home, SignedService, unsignedHeaders } from './signed-service.ts';

/** A service of AWS that is called in its JSON protocol. */
export interface Service {
  /** Its name in addresses and in signatures. */
  readonly name: 'dynamodb' | 'sqs' | 'kms';
  /** The prefix of the names of its operations. */
  readonly target: string;
  readonly jsonVersion: '1.0' | '1.1';
}

/** Calls the operations of one service by their names. */
export class JsonService {
  readonly service: Service;
  readonly #signed: SignedService;

  constructor(service: Service) {
    this.service = service;
    this.#signed = new SignedService(service);
  }

  /**
   * @param operation by the service's name for it: `GetItem`
   * @throws ServiceFault if the service refuses; TimeoutError; AbortError; errors of the network
   */
  async call<T extends object>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
    const body = JSON.stringify(input);
    const signed = (home: Home, date: string, by: Credentials) => this.#headers(home, operation, body, date, by);
    const { body: answer } = await this.#signed.send({ method: 'POST', path: '', body, signed }, signal);
    return (answer === '' ? {} : JSON.parse(answer)) as T;
  }

  /** Header names and values in turn, which Node.js sends unchanged. */
  #headers(
    { region, host, path }: Home,
    operation: string,
    body: string,
    date: string,
    by: Credentials,
  ): readonly string[] {
    const { name, target, jsonVersion } = this.service;
    const headers: [name: string, value: string][] = [
      ['content-type', `application/x-amz-json-${jsonVersion}`],
      ['host', host],
      ['x-amz-date', date],
      ...(by.sessionToken ? [['x-amz-security-token', by.sessionToken] as [string, string]] : []),
      ['x-amz-target', `${target}.${operation}`],
    ];
    return [
      ...headers.flat(),
      'authorization',
      authorization({ service: name, region, path, body, date, headers }, by),
      'content-length',
      String(Buffer.byteLength(body)),
      ...unsignedHeaders(),
    ];
  }
}
