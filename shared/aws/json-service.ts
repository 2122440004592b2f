import { SignedService } from './signed-service.ts';

/** A service of AWS that is asked in its JSON protocol. */
export interface Service {
  /** Its name in addresses and in signatures. */
  readonly name: 'dynamodb' | 'sqs' | 'kms';
  /** What stands before the names of its operations. */
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
   * @throws ServiceFault where the service refuses; TimeoutError; AbortError; what the network says
   */
  async call<T extends object>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
    const { target, jsonVersion } = this.service;
    const headers = {
      'Content-Type': `application/x-amz-json-${jsonVersion}`,
      'X-Amz-Target': `${target}.${operation}`,
    };
    const call = { method: 'POST', path: '', headers, body: JSON.stringify(input) } as const;
    const body = await this.#signed.send(call, signal);
    return (body === '' ? {} : JSON.parse(body)) as T;
  }
}
