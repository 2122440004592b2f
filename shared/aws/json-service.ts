import aws4 from 'aws4';
import { environment } from '../capability/environment.ts';
import { backoff } from './backoff.ts';
import { credentials } from './credentials.ts';
import { type Address, type Answer, post } from './exchange.ts';
import { aborted, isSignatureRefused, isThrottled, isUnavailable, ServiceFault } from './faults.ts';
import { RetryBudget } from './retry-budget.ts';

/** A service of AWS that is asked in its JSON protocol. */
export interface Service {
  /** Its name in addresses and in signatures. */
  readonly name: 'dynamodb' | 'sqs' | 'kms';
  /** What stands before the names of its operations. */
  readonly target: string;
  readonly jsonVersion: '1.0' | '1.1';
}

const mostAttempts = 3;
const throttledMilliseconds = 200;
/** AWS accepts signatures that are five minutes off. */
const toleratedSkewMilliseconds = 4 * 60_000;

/**
 * Calls the operations of one service: signed, within a time limit, and again where another attempt may pass. A client of
 * the SDK does the same, in several times the processor time and code; see `lib/README.md`.
 */
export class JsonService {
  readonly service: Service;
  readonly #budget = new RetryBudget();
  #address: Address | undefined;
  /** How far AWS's clock is ahead of this machine's. */
  #skewMilliseconds = 0;

  constructor(service: Service) {
    this.service = service;
  }

  /**
   * @param operation by the service's name for it: `GetItem`
   * @throws ServiceFault where the service refuses; TimeoutError; AbortError; what the network says
   */
  async call<T extends object>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#attempt(operation, body, signal);
        this.#budget.succeeded(attempt);
        return (answer === '' ? {} : JSON.parse(answer)) as T;
      } catch (error) {
        if (attempt === mostAttempts || !isUnavailable(error) || !this.#budget.take(error)) throw error;
        await backoff(attempt, isThrottled(error) ? throttledMilliseconds : undefined);
        if (signal?.aborted) throw aborted();
      }
    }
  }

  async #attempt(operation: string, body: string, signal: AbortSignal | undefined): Promise<string> {
    const answer = await this.#post(operation, body, signal);
    if (answer.status === 200) return answer.body;
    const fault = faultOf(answer);
    if (!isSignatureRefused(fault) || !this.#correctClock(answer)) throw fault;
    const again = await this.#post(operation, body, signal);
    if (again.status === 200) return again.body;
    throw faultOf(again);
  }

  async #post(operation: string, body: string, signal: AbortSignal | undefined): Promise<Answer> {
    this.#address ??= addressOf(this.service.name);
    const address = this.#address;
    const { name, target, jsonVersion } = this.service;
    const traceId = environment.aws.traceId();
    const request = {
      service: name,
      region: environment.aws.region(),
      method: 'POST',
      path: address.path,
      body,
      headers: {
        Host: address.host,
        'Content-Type': `application/x-amz-json-${jsonVersion}`,
        'X-Amz-Target': `${target}.${operation}`,
        'User-Agent': 'hexfence',
        // By this AWS sees functions that call each other in circles, and a trace goes on behind a queue.
        ...(traceId ? { 'X-Amzn-Trace-Id': traceId } : {}),
        ...(this.#skewMilliseconds === 0 ? {} : { Date: new Date(Date.now() + this.#skewMilliseconds).toUTCString() }),
      },
    };
    const { headers } = aws4.sign(request, await credentials());
    return await post(address, headers!, body, signal);
  }

  /** @returns whether the clock was so far off that this is why the signature was refused */
  #correctClock(answer: Answer): boolean {
    const skew = Date.parse(answer.header('date') ?? '') - Date.now();
    if (!(Math.abs(skew - this.#skewMilliseconds) > toleratedSkewMilliseconds)) return false;
    this.#skewMilliseconds = skew;
    return true;
  }
}

function addressOf(service: string): Address {
  const url = environment.aws.endpointUrl(service) ?? `https://${service}.${environment.aws.region()}.amazonaws.com`;
  const { protocol, host, hostname, port, pathname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new Error(`${url} is no endpoint: it is neither https nor http`);
  return { protocol, host, hostname, port, path: pathname };
}

interface Refusal {
  readonly __type?: unknown;
  readonly message?: unknown;
  readonly Message?: unknown;
}

/** `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException` is a fault of the last part's name. */
function faultOf({ status, body, header }: Answer): ServiceFault {
  const { __type, message, Message, ...more } = readRefusal(body);
  const type = String(__type ?? header('x-amzn-errortype') ?? (status >= 500 ? 'ServiceUnavailable' : 'UnknownError'));
  const [name = type] = type.slice(type.lastIndexOf('#') + 1).split(':');
  return new ServiceFault(name, String(message ?? Message ?? `HTTP status ${status}`), status, more);
}

/** Whoever stands between may refuse in other words than JSON. */
function readRefusal(body: string): Refusal {
  try {
    return Object(JSON.parse(body)) as Refusal;
  } catch {
    return {};
  }
}
