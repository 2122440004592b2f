import { JsonService, type Service } from '../../shared/aws/json-service.ts';
import { type ObjectCall, ObjectStore } from '../../shared/aws/object-store.ts';
import { type RestCall, RestService } from '../../shared/aws/rest-service.ts';

/** AWS services in this process, in place of the real ones: all tests replace them here. */

/** The responses of a service; if it throws, the caller gets that error after all attempts. */
// biome-ignore lint/suspicious/noExplicitAny: the input of any operation
export type Answers = (operation: string, input: any, signal?: AbortSignal) => unknown;

const fakes = new Map<Service['name'], Answers>();
const { call } = JsonService.prototype;

/** Answers for a service until the returned function is called, or until another test answers for it. */
export function answerFor(name: Service['name'], answers: Answers): () => void {
  fakes.set(name, answers);
  return () => {
    if (fakes.get(name) === answers) fakes.delete(name);
  };
}

Object.defineProperty(JsonService.prototype, 'call', {
  configurable: true,
  writable: true,
  async value(this: JsonService, operation: string, input: object, signal?: AbortSignal) {
    const answers = fakes.get(this.service.name);
    if (!answers) return await call.call(this, operation, input, signal);
    // As JSON, since the network carries nothing else.
    return (await answers(operation, JSON.parse(JSON.stringify(input)), signal)) ?? {};
  },
});

type RestAnswers = (call: RestCall) => unknown;

const restFakes = new Map<string, RestAnswers>();
const { call: callRest } = RestService.prototype;

/** The same for a service with a REST API. */
export function answerRest(name: string, answers: RestAnswers): () => void {
  restFakes.set(name, answers);
  return () => {
    if (restFakes.get(name) === answers) restFakes.delete(name);
  };
}

Object.defineProperty(RestService.prototype, 'call', {
  configurable: true,
  writable: true,
  async value(this: RestService, asked: RestCall) {
    const answers = restFakes.get(this.names.name);
    return answers ? ((await answers(asked)) ?? {}) : await callRest.call(this, asked);
  },
});

/** The responses of S3 about one object; if it throws, the caller gets that error. */
type ObjectAnswers = (
  call: ObjectCall,
) => Promise<{ readonly bytes?: Buffer; readonly headers?: Readonly<Record<string, string>> }>;

let objectFake: ObjectAnswers | undefined;
const { call: callObject } = ObjectStore.prototype;

/** The same for the objects of S3. */
export function answerObjects(answers: ObjectAnswers): () => void {
  objectFake = answers;
  return () => {
    if (objectFake === answers) objectFake = undefined;
  };
}

Object.defineProperty(ObjectStore.prototype, 'call', {
  configurable: true,
  writable: true,
  async value(this: ObjectStore, asked: ObjectCall) {
    if (!objectFake) return await callObject.call(this, asked);
    const { bytes = Buffer.alloc(0), headers = {} } = await objectFake(asked);
    return { status: 200, bytes, body: bytes.toString('utf8'), header: (name: string) => headers[name] };
  },
});

/** The queues of SQS: passes every message that is sent to `take`, and answers every other operation with nothing. */
export function takeMessages(take: (sent: SentMessage) => unknown): () => void {
  return answerFor('sqs', async (operation, input: SentMessage) => {
    if (operation === 'SendMessage') await take(input);
    return {};
  });
}

export interface SentMessage {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}
