import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useCredentials } from '../../../shared/aws/credentials.ts';
import { isUnavailable, ServiceFault } from '../../../shared/aws/faults.ts';
import { JsonService } from '../../../shared/aws/json-service.ts';
import { environment } from '../../../shared/capability/environment.ts';
import { localCertificate } from '../../support/certificate.ts';
import { fastTime } from '../support/fast-time.ts';
import { answer, refuse, ServiceStub } from './service-stub.ts';

let stub: ServiceStub;
let dynamoDb: JsonService;

const newService = () => new JsonService({ name: 'dynamodb', target: 'DynamoDB_20120810', jsonVersion: '1.0' });

async function start(service: ServiceStub): Promise<void> {
  stub = service;
  vi.stubEnv('AWS_ENDPOINT_URL', await stub.listen());
}

beforeEach(async () => {
  const none = ['AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_DYNAMODB', '_X_AMZN_TRACE_ID'];
  for (const name of none) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  dynamoDb = newService();
  await start(new ServiceStub());
});
afterEach(async () => {
  await stub.close();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const get = (signal?: AbortSignal) => dynamoDb.call('GetItem', { TableName: 'main' }, signal);
const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('it succeeded'),
    (error: Error) => error,
  );
/** Without the waits of the backoff, which would only take time. */
const noJitter = () => vi.spyOn(Math, 'random').mockReturnValue(0);

describe('a call', () => {
  test('is signed JSON, and answers JSON', async () => {
    stub.otherwise = answer({ Item: { name: { S: 'Zoë 🦊' } } });
    expect(await dynamoDb.call('PutItem', { text: 'Zoë 🦊 ' })).toEqual({ Item: { name: { S: 'Zoë 🦊' } } });
    expect(stub.asked).toHaveLength(1);
    const [{ target, input, headers }] = stub.asked as [(typeof stub.asked)[0]];
    expect([target, input]).toEqual(['DynamoDB_20120810.PutItem', { text: 'Zoë 🦊 ' }]);
    expect(headers).toMatchObject({ 'content-type': 'application/x-amz-json-1.0', 'user-agent': 'hexfence' });
    expect(headers.authorization).toContain('/eu-west-1/dynamodb/aws4_request');
    expect(headers).not.toHaveProperty('x-amz-security-token');
  });

  test('may be answered with nothing', async () => {
    stub.otherwise = answer('');
    expect(await get()).toEqual({});
  });

  test('holds large inputs and answers', async () => {
    const text = 'ü'.repeat(1_000_000);
    stub.otherwise = (response, { input }) => answer({ echo: input })(response, stub.asked[0]!);
    expect(await dynamoDb.call('PutItem', { text })).toEqual({ echo: { text } });
  });

  test('goes over a connection that was there before', async () => {
    for (let i = 0; i < 20; i++) await get();
    expect(stub.connections).toBe(1);
    await Promise.all(Array.from({ length: 8 }, () => get()));
    await Promise.all(Array.from({ length: 8 }, () => get()));
    expect(stub.connections).toBe(8);
  });

  test('is made over TLS, to a server whose certificate the process trusts', async () => {
    await stub.close();
    const certificate = await localCertificate();
    await start(new ServiceStub(certificate));
    expect(await failure(get())).toMatchObject({ code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/) });
    setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
    for (let i = 0; i < 5; i++) await get();
    expect(stub.asked.map(({ connection }) => connection)).toEqual(Array(5).fill(stub.asked[0]?.connection));
    // An address instead of a name; the connections of one are not used for the other.
    vi.stubEnv('AWS_ENDPOINT_URL', process.env.AWS_ENDPOINT_URL?.replace('localhost', '127.0.0.1'));
    await newService().call('GetItem', {});
    expect(stub.connections).toBe(2);
  });

  test('sends AWS the trace to which it belongs', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-2-3;Parent=4;Sampled=1');
    await get();
    expect(stub.asked[0]?.headers['x-amzn-trace-id']).toBe('Root=1-2-3;Parent=4;Sampled=1');
  });
});

describe('the address', () => {
  test('of one service has precedence over that of all services', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', process.env.AWS_ENDPOINT_URL);
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://localhost:1');
    await get();
    expect(stub.asked).toHaveLength(1);
  });

  test('is that of the region, over TLS', async () => {
    noJitter();
    vi.stubEnv('AWS_ENDPOINT_URL', undefined);
    const connect = vi.spyOn(HttpsAgent.prototype, 'createConnection');
    connect.mockImplementation(() => new Socket().destroy(new Error('no network here')) as never);
    await expect(get()).rejects.toThrow('no network here');
    expect(connect.mock.calls[0]?.[0]).toMatchObject({ host: 'dynamodb.eu-west-1.amazonaws.com', port: 443 });
  });

  test('is one of the web', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'ftp://localhost');
    await expect(get()).rejects.toThrow('ftp://localhost is no endpoint');
  });

  test('may have a path', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', `${process.env.AWS_ENDPOINT_URL}/emulator`);
    await get();
    expect(stub.asked).toHaveLength(1);
  });
});

describe('credentials', () => {
  test('of a session come with its token', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIASESSION');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'of a session');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    stub.secrets.ASIASESSION = 'of a session';
    await get();
    expect(stub.asked[0]?.headers['x-amz-security-token']).toBe('session');
    expect(stub.asked[0]?.headers.authorization).toContain('x-amz-security-token');
  });

  test('that change in a warm process are used from then on', async () => {
    await get();
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDSECOND');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another');
    stub.secrets.AKIDSECOND = 'another';
    await get();
    expect(stub.asked.at(-1)?.headers.authorization).toContain('Credential=AKIDSECOND/');
  });

  test('may come from elsewhere', async () => {
    stub.secrets.AKIDPROFILE = 'of a profile';
    useCredentials(async () => ({ accessKeyId: 'AKIDPROFILE', secretAccessKey: 'of a profile' }));
    await get();
    expect(stub.asked[0]?.headers.authorization).toContain('Credential=AKIDPROFILE/');
    useCredentials(environment.aws.credentials);
  });

  test.each([
    ['AWS_REGION', 'has no region'],
    ['AWS_ACCESS_KEY_ID', 'has no credentials'],
    ['AWS_SECRET_ACCESS_KEY', 'has no credentials'],
  ])('without %s are missed by name', async (name, what) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDNEVERSEEN');
    vi.stubEnv(name, undefined);
    await expect(get()).rejects.toThrow(`${name} is not set: this process ${what}`);
  });

  test('that are wrong cause a refusal', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDWRONG');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
    stub.secrets.AKIDWRONG = 'right';
    expect(await failure(get())).toMatchObject({ name: 'InvalidSignatureException', status: 400 });
    expect(stub.asked).toHaveLength(1);
  });
});

describe('a clock that is wrong', () => {
  test.each([10, -10])('by %d minutes is corrected permanently', async (minutes) => {
    stub.aheadMilliseconds = minutes * 60_000;
    await get();
    expect(stub.asked).toHaveLength(2);
    await get();
    expect(stub.asked).toHaveLength(3);
    stub.aheadMilliseconds = 0;
    await get();
    expect(stub.asked).toHaveLength(5);
  });

  test('is corrected once a call', async () => {
    stub.otherwise = (response, asked) => {
      stub.aheadMilliseconds += 10 * 60_000;
      response.setHeader('Date', new Date(Date.now() + stub.aheadMilliseconds).toUTCString());
      return refuse('RequestTimeTooSkewed')(response, asked);
    };
    expect(await failure(get())).toMatchObject({ name: 'RequestTimeTooSkewed' });
    expect(stub.asked).toHaveLength(2);
  });
});

describe('a refusal', () => {
  test('has the name, the words and all else that the service says', async () => {
    const Item = { n: { N: '1' } };
    const CancellationReasons = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item }];
    stub.otherwise = refuse('TransactionCanceledException', { CancellationReasons, Item });
    const error = await failure(get());
    expect(error).toBeInstanceOf(ServiceFault);
    expect(error).toMatchObject({
      name: 'TransactionCanceledException',
      message: 'TransactionCanceledException it is',
      status: 400,
      CancellationReasons,
      Item,
    });
    expect(stub.asked).toHaveLength(1);
  });

  test.each([
    [answer({ __type: 'QueueDoesNotExist', Message: 'No queue' }, 400), 'QueueDoesNotExist', 'No queue'],
    [
      answer('{}', 400, { 'x-amzn-errortype': 'AccessDeniedException:http://internal/' }),
      'AccessDeniedException',
      '400',
    ],
    [answer('<html>', 403), 'UnknownError', '403'],
    [answer('null', 404), 'UnknownError', '404'],
    [answer('"no"', 404), 'UnknownError', '404'],
  ])('is understood in any form (%#)', async (respond, name, message) => {
    stub.otherwise = respond;
    const error = await failure(get());
    expect(error.name).toBe(name);
    expect(error.message).toContain(message);
    expect(isUnavailable(error)).toBe(false);
  });
});

describe('another attempt', () => {
  beforeEach(() => void noJitter());

  test.each([
    ['an outage', refuse('InternalServerError', {}, 500)],
    ['an outage with another body', answer('<html>Bad gateway</html>', 502)],
    ['an outage of KMS', refuse('KMSInternalException', {}, 500)],
    ['a throttle', refuse('ProvisionedThroughputExceededException')],
    ['a throttle of the account', refuse('ThrottlingException')],
    ['too many requests', answer('', 429)],
  ])('is made after %s, up to two', async (_, respond) => {
    stub.next.push(respond, respond);
    stub.otherwise = answer({ there: true });
    expect(await get()).toEqual({ there: true });
    expect(stub.asked).toHaveLength(3);
    stub.otherwise = respond;
    expect(isUnavailable(await failure(get()))).toBe(true);
    expect(stub.asked).toHaveLength(6);
  });

  test.each(['ValidationException', 'ConditionalCheckFailedException', 'AccessDeniedException'])(
    'is not made after %s',
    async (name) => {
      stub.otherwise = refuse(name);
      expect(await failure(get())).toMatchObject({ name });
      expect(stub.asked).toHaveLength(1);
    },
  );

  test('is repeated if a connection was closed while it was idle', async () => {
    await get();
    stub.hangUp();
    await get();
    stub.next.push((response) => response.socket?.destroy());
    await get();
    stub.otherwise = (response) => response.socket?.destroy();
    expect(await failure(get())).toMatchObject({ code: 'ECONNRESET' });
  });

  test('is repeated if a response breaks off', async () => {
    stub.next.push((response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('{"Item"');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    stub.otherwise = answer({ whole: true });
    expect(await get()).toEqual({ whole: true });
  });

  test('is repeated if nothing listens', async () => {
    await stub.close();
    expect(await failure(get())).toMatchObject({ code: 'ECONNREFUSED' });
    await start(new ServiceStub());
  });

  test('waits a random time, longer after a throttle and after each attempt', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const waits = vi.spyOn(globalThis, 'setTimeout');
    const waited = () => waits.mock.calls.map(([, ms]) => ms).filter((ms) => ms !== 1000 && ms !== 2000);
    stub.otherwise = refuse('InternalServerError', {}, 500);
    await failure(get());
    expect(waited()).toEqual([25, 50]);
    waits.mockClear();
    stub.otherwise = refuse('ThrottlingException');
    await failure(get());
    expect(waited()).toEqual([200, 400]);
  });

  test('is not repeated forever if a service is down', async () => {
    stub.otherwise = refuse('InternalServerError', {}, 500);
    for (let i = 0; i < 50; i++) await failure(get());
    expect(stub.asked).toHaveLength(150);
    for (let i = 0; i < 10; i++) await failure(get());
    expect(stub.asked).toHaveLength(160);
    stub.otherwise = answer({});
    for (let i = 0; i < 5; i++) await get();
    stub.next.push(refuse('InternalServerError', {}, 500));
    await get();
    expect(stub.asked).toHaveLength(167);
  });
});

describe('in time', () => {
  let end: () => void;
  beforeEach(() => {
    end = fastTime();
  });
  afterEach(() => end());

  test('a response without data for two seconds is abandoned, and the call repeated', async () => {
    noJitter();
    const closed = new Promise((resolve) => stub.next.push((response) => response.socket?.on('close', resolve)));
    const began = performance.now();
    await get();
    expect(performance.now() - began).toBeGreaterThan(1900);
    await closed;
    expect(stub.asked.map(({ connection }) => connection)).toEqual([0, 1]);
  });

  test('a slow response that continues is waited for', async () => {
    stub.otherwise = (response) => {
      response.writeHead(200);
      const pieces = [...'{"n":1}'];
      const timer = setInterval(() => {
        const piece = pieces.shift();
        if (piece) response.write(piece);
        else {
          response.end();
          clearInterval(timer);
        }
      }, 400);
    };
    expect(await get()).toEqual({ n: 1 });
    expect(stub.asked).toHaveLength(1);
  });

  test('three silent attempts are a timeout, and an outage', async () => {
    noJitter();
    stub.otherwise = () => undefined;
    const error = await failure(get());
    expect(error.name).toBe('TimeoutError');
    expect(isUnavailable(error)).toBe(true);
    expect(stub.asked).toHaveLength(3);
  });

  test('a connection that is not established within a second is abandoned', async () => {
    noJitter();
    const connect = vi.spyOn(HttpAgent.prototype, 'createConnection');
    connect.mockImplementationOnce(() => Object.assign(new Socket(), { connecting: true }));
    const began = performance.now();
    await get();
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(performance.now() - began).toBeLessThan(1900);
    expect(stub.asked).toHaveLength(1);
  });
});

describe('a signal', () => {
  test('that says so beforehand sends nothing', async () => {
    expect(await failure(get(AbortSignal.abort()))).toMatchObject({ name: 'AbortError' });
    expect(stub.asked).toHaveLength(0);
  });

  test('ends a call that is under way, and closes its connection', async () => {
    const abort = new AbortController();
    const closed = new Promise((resolve) => {
      stub.otherwise = (response) => {
        response.socket?.on('close', resolve);
        abort.abort();
      };
    });
    expect(await failure(get(abort.signal))).toMatchObject({ name: 'AbortError' });
    await closed;
    expect(stub.asked).toHaveLength(1);
  });

  test('ends the wait for another attempt', async () => {
    const abort = new AbortController();
    stub.otherwise = (response, asked) => {
      setTimeout(() => abort.abort(), 5);
      return refuse('InternalServerError', {}, 500)(response, asked);
    };
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    expect(await failure(get(abort.signal))).toMatchObject({ name: 'AbortError' });
    expect(stub.asked).toHaveLength(1);
  });

  test('that is never aborted has no listener after the call', async () => {
    const { signal } = new AbortController();
    const [add, remove] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    for (let i = 0; i < 3; i++) await get(signal);
    expect(add).toHaveBeenCalledTimes(3);
    expect(remove).toHaveBeenCalledTimes(3);
  });
});
