import { environment } from '../capability/environment.ts';
import { backoff } from './backoff.ts';
import { type Credentials, credentials } from './credentials.ts';
import { type Address, type Answer, post, servernameOf } from './exchange.ts';
import { aborted, isSignatureRefused, isThrottled, isUnavailable, ServiceFault } from './faults.ts';
import { RetryBudget } from './retry-budget.ts';
import { authorization } from './signature.ts';

/** A service of AWS that is called in its JSON protocol. */
export interface Service {
  /** Its name in addresses and in signatures. */
  readonly name: 'dynamodb' | 'sqs' | 'kms';
  /** The prefix of its operations in the target header. */
  readonly target: string;
  readonly jsonVersion: '1.0' | '1.1';
}

const mostAttempts = 3;
const throttledMilliseconds = 200;
/** AWS accepts signatures whose time differs by up to five minutes. */
const toleratedSkewMilliseconds = 4 * 60_000;

/**
 * Calls the operations of one service. Calls are signed, have a time limit, and are retried when another attempt may
 * succeed. A client of the SDK does the same with several times the processor time and code; see `lib/README.md`.
 */
export class JsonService {
  readonly service: Service;
  readonly #budget = new RetryBudget();
  #home: Home | undefined;
  /** The difference between AWS's clock and this machine's; positive when AWS is ahead. */
  #skewMilliseconds = 0;

  constructor(service: Service) {
    this.service = service;
  }

  /**
   * @param operation its name in the service's documentation: `GetItem`
   * @throws ServiceFault when the service answers with an error; TimeoutError; AbortError; errors of the network
   */
  async call<T extends object>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt++) {
      try {
        let answer = await this.#post(operation, body, signal);
        if (answer.status !== 200 && this.#correctsClock(answer)) answer = await this.#post(operation, body, signal);
        if (answer.status !== 200) throw faultOf(answer);
        this.#budget.succeeded(attempt);
        return (answer.body === '' ? {} : JSON.parse(answer.body)) as T;
      } catch (error) {
        if (attempt === mostAttempts || !isUnavailable(error) || !this.#budget.take(error)) throw error;
        await backoff(attempt, isThrottled(error) ? throttledMilliseconds : undefined);
        if (signal?.aborted) throw aborted();
      }
    }
  }

  #post(operation: string, body: string, signal: AbortSignal | undefined): Promise<Answer> {
    this.#home ??= homeOf(this.service.name);
    const home = this.#home;
    const given = credentials();
    if (!(given instanceof Promise)) return post(home, this.#signed(home, operation, body, given), body, signal);
    return given.then((ready) => post(home, this.#signed(home, operation, body, ready), body, signal));
  }

  /** Header names and values in turn, which Node.js sends unchanged. */
  #signed({ region, host, path }: Home, operation: string, body: string, by: Credentials): readonly string[] {
    const { name, target, jsonVersion } = this.service;
    const date = instant(Date.now() + this.#skewMilliseconds);
    const headers: [name: string, value: string][] = [
      ['content-type', `application/x-amz-json-${jsonVersion}`],
      ['host', host],
      ['x-amz-date', date],
      ...(by.sessionToken ? [['x-amz-security-token', by.sessionToken] as [string, string]] : []),
      ['x-amz-target', `${target}.${operation}`],
    ];
    const traceId = environment.aws.traceId();
    return [
      ...headers.flat(),
      'authorization',
      authorization({ service: name, region, path, body, date, headers }, by),
      'content-length',
      String(Buffer.byteLength(body)),
      'user-agent',
      'hexfence',
      // With this header AWS detects functions that call each other in a loop, and a trace continues behind a queue.
      ...(traceId ? ['x-amzn-trace-id', traceId] : []),
    ];
  }

  /** @returns whether the clock differed so much that the signature was refused because of it */
  #correctsClock(answer: Answer): boolean {
    if (!isSignatureRefused(faultOf(answer))) return false;
    const skew = Date.parse(answer.header('date') ?? '') - Date.now();
    if (!(Math.abs(skew - this.#skewMilliseconds) > toleratedSkewMilliseconds)) return false;
    this.#skewMilliseconds = skew;
    return true;
  }
}

let stamp: { readonly second: number; readonly text: string } | undefined;

/** A time such as `20260322T100000Z`, computed once for all calls of a second. */
function instant(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (stamp?.second !== second) {
    const text = new Date(milliseconds).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
    stamp = { second, text };
  }
  return stamp.text;
}

/** The address at which a service is called. */
interface Home extends Address {
  readonly region: string;
  readonly host: string;
}

function homeOf(service: string): Home {
  const region = environment.aws.region();
  const url = environment.aws.endpointUrl(service) ?? `https://${service}.${region}.amazonaws.com`;
  const { protocol, host, hostname, port, pathname: path } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new Error(`${url} is no endpoint: it is neither https nor http`);
  return { region, protocol, host, hostname, port, path, servername: servernameOf(hostname) };
}

interface Refusal {
  readonly __type?: unknown;
  readonly message?: unknown;
  readonly Message?: unknown;
}

/** The fault is named by the last part: `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`. */
function faultOf({ status, body, header }: Answer): ServiceFault {
  const { __type, message, Message, ...more } = readRefusal(body);
  const type = String(__type ?? header('x-amzn-errortype') ?? (status >= 500 ? 'ServiceUnavailable' : 'UnknownError'));
  const [name = type] = type.slice(type.lastIndexOf('#') + 1).split(':');
  return new ServiceFault(name, String(message ?? Message ?? `HTTP status ${status}`), status, more);
}

/** A proxy in between may answer with something other than JSON. */
function readRefusal(body: string): Refusal {
  try {
    return Object(JSON.parse(body)) as Refusal;
  } catch {
    return {};
  }
}
