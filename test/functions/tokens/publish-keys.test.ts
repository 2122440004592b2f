import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler } from '../../../functions/tokens/publish-keys.ts';
import { catchOutput } from '../../shared/support/platform.ts';
import { KmsFake } from '../../support/kms-fake.ts';

/** CloudFormation from the view of the function: an address that accepts one response. */
class Stack {
  readonly answers: { readonly method: string; readonly type: string | undefined; readonly body: Answer }[] = [];
  /** How many responses are refused before one is accepted. */
  refusals = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#take(request).then((status) => response.writeHead(status).end('busy'));
    });
  }

  async #take(request: IncomingMessage): Promise<number> {
    const body = JSON.parse(await text(request)) as Answer;
    this.answers.push({ method: request.method!, type: request.headers['content-type'], body });
    return this.refusals-- > 0 ? 503 : 200;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/answer?Signature=x`;
  }
}

interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

let kms: KmsFake;
let stack: Stack;
beforeEach(async () => {
  catchOutput();
  kms = new KmsFake();
  stack = new Stack();
  await stack.open();
});
afterEach(async () => {
  kms.restore();
  vi.restoreAllMocks();
  await stack.close();
});

const identity = { StackId: 'arn:stack', RequestId: 'r1', LogicalResourceId: 'TokenKeysPublicKeys' };
const keys = [
  { kid: 't1', arn: 'arn:one' },
  { kid: 't2', arn: 'arn:two' },
];

async function send(RequestType: string, properties: object, physical?: string): Promise<Answer> {
  const event = {
    ...identity,
    RequestType,
    ResponseURL: stack.url,
    ResourceType: 'Custom::TokenKeys',
    ResourceProperties: { ServiceToken: 'arn:function', ServiceTimeout: '60', ...properties },
    ...(physical ? { PhysicalResourceId: physical } : {}),
  };
  await handler(event as never, { logGroupName: '/hexfence/dev/tokens/publish-keys' } as never);
  return stack.answers.at(-1)!.body;
}

describe('the custom resource of the token keys', () => {
  test.each([
    ['Create', undefined, identity.LogicalResourceId],
    ['Update', 'as-before', 'as-before'],
  ])('%s answers the public keys, and keeps its name', async (type, physical, name) => {
    for (const { arn } of keys) kms.create(arn);
    const { Data, ...rest } = await send(type, { keys }, physical);
    expect(rest).toEqual({ ...identity, Status: 'SUCCESS', PhysicalResourceId: name });
    const set = JSON.parse(Data!.jwks!);
    expect(set.keys.map(({ kid }: { kid: string }) => kid)).toEqual(['t1', 't2']);
    expect(set.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(Object.keys(set.keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  test('three keys fit into what CloudFormation and the environment of a function take', async () => {
    const three = [...keys, { kid: 't9999', arn: 'arn:three' }];
    for (const { arn } of three) kms.create(arn);
    const { Data } = await send('Create', { keys: three });
    expect(Data!.jwks!.length).toBeLessThan(600);
  });

  test('Delete has nothing to undo, whatever the properties say and whether the keys are there', async () => {
    expect(await send('Delete', { keys: 'gone' }, 'as-before')).toEqual({
      ...identity,
      Status: 'SUCCESS',
      PhysicalResourceId: 'as-before',
      Data: {},
    });
  });

  test.each([
    ['a key that is not there', { keys }, 'NotFoundException: No key arn:one'],
    ['properties that are not ours', { keys: 't1' }, 'ZodError'],
    ['no keys', { keys: [] }, 'ZodError'],
  ])('%s fails the deployment with the reason and where to read more', async (_, properties, reason) => {
    const answer = await send('Create', properties);
    expect(answer).toMatchObject({ ...identity, Status: 'FAILED', PhysicalResourceId: identity.LogicalResourceId });
    expect(answer.Reason).toContain(reason);
    expect(answer.Reason).toContain('(log group /hexfence/dev/tokens/publish-keys)');
    expect(answer).not.toHaveProperty('Data');
  });

  test('a reason is cut to what CloudFormation takes', async () => {
    const answer = await send('Create', { keys: [{ kid: 't1', arn: 'x'.repeat(9000) }] });
    expect(answer.Status).toBe('FAILED');
    expect(JSON.stringify(answer).length).toBeLessThan(4096);
  });

  test('an answer is bytes without a content type, which the signed address would not allow', async () => {
    await send('Delete', {});
    expect(stack.answers).toMatchObject([{ method: 'PUT', type: undefined }]);
  });

  test('an answer that is not taken is given again', async () => {
    stack.refusals = 2;
    await send('Delete', {});
    expect(stack.answers).toHaveLength(3);
  });

  test('when none is taken the function fails, so that Lambda calls it again', async () => {
    stack.refusals = 9;
    await expect(send('Delete', {})).rejects.toThrow('CloudFormation refused the response: 503 busy');
    expect(stack.answers).toHaveLength(3);
  });
});
