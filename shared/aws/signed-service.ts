import type { OutgoingHttpHeaders } from 'node:http';
import aws4 from 'aws4';
import { environment } from '../capability/environment.ts';
import { backoff } from './backoff.ts';
import { type Credentials, credentials } from './credentials.ts';
import { type Address, type Answer, exchange, type Method } from './exchange.ts';
import { aborted, isSignatureRefused, isThrottled, isUnavailable, ServiceFault } from './faults.ts';
import { RetryBudget } from './retry-budget.ts';

/** One call of a service, in whichever protocol. */
export interface SignedCall {
  readonly method: Method;
  /** Behind the service's address, with its query: `/things/t1`; empty for none. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a service of AWS is found, and what its calls are signed for. */
export interface SignedServiceNames {
  /** Its name in addresses. */
  readonly name: string;
  /** Its name in signatures, where that is another. */
  readonly signedAs?: string;
  /** Its address where the account has one of its own. */
  readonly host?: () => string;
}

const mostAttempts = 3;
const throttledMilliseconds = 200;
/** AWS accepts signatures that are five minutes off. */
const toleratedSkewMilliseconds = 4 * 60_000;

/**
 * Calls one service: signed, within a time limit, and again where another attempt may pass. A client of the SDK does the
 * same, in several times the processor time and code; see `lib/README.md`.
 */
export class SignedService {
  readonly #names: SignedServiceNames;
  readonly #budget = new RetryBudget();
  #home: Home | undefined;
  /** How far AWS's clock is ahead of this machine's. */
  #skewMilliseconds = 0;

  constructor(names: SignedServiceNames) {
    this.#names = names;
  }

  /**
   * @returns the body of a success
   * @throws ServiceFault where the service refuses; TimeoutError; AbortError; what the network says
   */
  async send(call: SignedCall, signal?: AbortSignal): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        let answer = await this.#exchange(call, signal);
        if (!isSuccess(answer) && this.#correctsClock(answer)) answer = await this.#exchange(call, signal);
        if (!isSuccess(answer)) throw faultOf(answer);
        this.#budget.succeeded(attempt);
        return answer.body;
      } catch (error) {
        if (attempt === mostAttempts || !isUnavailable(error) || !this.#budget.take(error)) throw error;
        await backoff(attempt, isThrottled(error) ? throttledMilliseconds : undefined);
        if (signal?.aborted) throw aborted();
      }
    }
  }

  #exchange(call: SignedCall, signal: AbortSignal | undefined): Promise<Answer> {
    this.#home ??= homeOf(this.#names);
    const home = this.#home;
    const to = call.path === '' ? home : { ...home, path: home.path.replace(/\/$/, '') + call.path };
    const send = (by: Credentials) => exchange(to, call.method, this.#signed(to, call, by), call.body, signal);
    const given = credentials();
    return given instanceof Promise ? given.then(send) : send(given);
  }

  #signed({ region, host, path }: Home, call: SignedCall, by: Credentials): OutgoingHttpHeaders {
    const traceId = environment.aws.traceId();
    const headers = {
      Host: host,
      ...call.headers,
      'X-Amz-Date': instant(Date.now() + this.#skewMilliseconds),
      'User-Agent': 'hexfence',
      // By this AWS sees functions that call each other in circles, and a trace goes on behind a queue.
      ...(traceId ? { 'X-Amzn-Trace-Id': traceId } : {}),
    };
    const { name, signedAs = name } = this.#names;
    const { method, body } = call;
    return aws4.sign({ service: signedAs, region, method, path, body, headers }, by).headers!;
  }

  /** @returns whether the clock was so far off that this is why the signature was refused */
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

/** `20260322T100000Z`; made once for all calls of a second. */
function instant(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (stamp?.second !== second) {
    const text = new Date(milliseconds).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
    stamp = { second, text };
  }
  return stamp.text;
}

/** Where a service is asked. */
interface Home extends Address {
  readonly region: string;
  readonly host: string;
}

function homeOf({ name, host: own }: SignedServiceNames): Home {
  const region = environment.aws.region();
  const url = environment.aws.endpointUrl(name) ?? `https://${own?.() ?? `${name}.${region}.amazonaws.com`}`;
  const { protocol, host, hostname, port, pathname: path } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new Error(`${url} is no endpoint: it is neither https nor http`);
  return { region, protocol, host, hostname, port, path };
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
