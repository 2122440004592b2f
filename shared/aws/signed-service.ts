import { environment } from '../capability/environment.ts';
import { backoff } from './backoff.ts';
import { type Credentials, credentials } from './credentials.ts';
import { type Address, type Answer, exchange, type Method, servernameOf } from './exchange.ts';
import { aborted, isSignatureRefused, isThrottled, isUnavailable, ServiceFault } from './faults.ts';
import { RetryBudget } from './retry-budget.ts';

/** One call of a service, in any protocol. */
export interface SignedCall {
  readonly method: Method;
  /** The path after the service's address, with its query: `/things/t1`; may be empty. */
  readonly path: string;
  readonly body: string | Uint8Array;
  /** Names and values of all headers in turn, with the signature; Node.js sends them as they are. */
  signed(home: Home, date: string, by: Credentials): readonly string[];
}

/** How a service of AWS is found. */
export interface ServiceName {
  /** Its name in addresses. */
  readonly name: string;
  /** Its host, if that is not the service's usual one. */
  readonly host?: () => string;
  /** The time without data after which a call is given up, if that is not two seconds. */
  readonly idleMilliseconds?: number;
}

/** The address at which a service is called. */
export interface Home extends Address {
  readonly region: string;
  readonly host: string;
}

const mostAttempts = 3;
const throttledMilliseconds = 200;
/** AWS accepts signatures whose time differs by up to five minutes. */
const toleratedSkewMilliseconds = 4 * 60_000;

/**
 * Calls one service. Calls are signed, have a time limit, and are retried when another attempt may succeed. A client of
 * the SDK does the same with several times the processor time and code; see `lib/README.md`.
 */
export class SignedService {
  readonly #service: ServiceName;
  readonly #budget = new RetryBudget();
  #home: Home | undefined;
  /** The difference between AWS's clock and this machine's; positive when AWS is ahead. */
  #skewMilliseconds = 0;

  constructor(service: ServiceName) {
    this.#service = service;
  }

  /**
   * @returns a success
   * @throws ServiceFault if the service refuses; TimeoutError; AbortError; errors of the network
   */
  async send(call: SignedCall, signal?: AbortSignal): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        let answer = await this.#exchange(call, signal);
        if (!isSuccess(answer) && this.#correctsClock(answer)) answer = await this.#exchange(call, signal);
        if (!isSuccess(answer)) throw faultOf(answer);
        this.#budget.succeeded(attempt);
        return answer;
      } catch (error) {
        if (attempt === mostAttempts || !isUnavailable(error) || !this.#budget.take(error)) throw error;
        await backoff(attempt, isThrottled(error) ? throttledMilliseconds : undefined);
        if (signal?.aborted) throw aborted();
      }
    }
  }

  #exchange(call: SignedCall, signal: AbortSignal | undefined): Promise<Answer> {
    this.#home ??= homeOf(this.#service);
    const home =
      call.path === '' ? this.#home : { ...this.#home, path: this.#home.path.replace(/\/$/, '') + call.path };
    const given = credentials();
    if (!(given instanceof Promise)) return this.#send(home, call, given, signal);
    return given.then((ready) => this.#send(home, call, ready, signal));
  }

  #send(home: Home, call: SignedCall, by: Credentials, signal: AbortSignal | undefined): Promise<Answer> {
    const headers = call.signed(home, instant(Date.now() + this.#skewMilliseconds), by);
    return exchange(home, call.method, headers, call.body, signal);
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

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

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

/** The headers that are not signed: the client and the trace. */
export function unsignedHeaders(): readonly string[] {
  const traceId = environment.aws.traceId();
  // With the trace id, AWS detects functions that call each other in a loop, and continues a trace after a queue.
  return ['user-agent', 'hexfence', ...(traceId ? ['x-amzn-trace-id', traceId] : [])];
}

function homeOf({ name, host: own, idleMilliseconds }: ServiceName): Home {
  const region = environment.aws.region();
  const url = environment.aws.endpointUrl(name) ?? `https://${own?.() ?? `${name}.${region}.amazonaws.com`}`;
  const { protocol, host, hostname, port, pathname: path } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new Error(`${url} is no endpoint: it is neither https nor http`);
  const idle = idleMilliseconds === undefined ? {} : { idleMilliseconds };
  return { region, protocol, host, hostname, port, path, servername: servernameOf(hostname), ...idle };
}

interface Refusal {
  readonly __type?: unknown;
  readonly message?: unknown;
  readonly Message?: unknown;
}

/** The last part of the type names the fault: `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`. */
function faultOf({ status, body, header }: Answer): ServiceFault {
  const { __type, message, Message, ...more } = readRefusal(body);
  const type = String(__type ?? header('x-amzn-errortype') ?? (status >= 500 ? 'ServiceUnavailable' : 'UnknownError'));
  const [name = type] = type.slice(type.lastIndexOf('#') + 1).split(':');
  return new ServiceFault(name, String(message ?? Message ?? `HTTP status ${status}`), status, more);
}

/** A proxy in between may answer with something other than JSON. S3 answers in XML. */
function readRefusal(body: string): Refusal {
  try {
    return Object(JSON.parse(body)) as Refusal;
  } catch {
    const text = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
    const [__type, message] = [text('Code'), text('Message')];
    return __type === undefined ? {} : { __type, message };
  }
}
