import { JsonService } from '../../../shared/aws/json-service.ts';

/** One call of AWS that a handler made, with its response. */
export interface RecordedCall {
  /** `dynamodb`. */
  readonly service: string;
  /** `DynamoDB_20120810.GetItem`. */
  readonly target: string;
  readonly jsonVersion: string;
  readonly input: object;
  readonly answer: object;
  /** Calls of one wave ran at the same time: each began before any of them had ended. */
  readonly wave: number;
}

/** Runs `work` and returns its result, and the calls that it made of the services of this process. */
export async function recordCalls<T>(work: () => Promise<T>): Promise<{ result: T; calls: RecordedCall[] }> {
  const calls: RecordedCall[] = [];
  const { call } = JsonService.prototype;
  let [wave, ended] = [0, false];
  const recorded = async function (this: JsonService, operation: string, input: object, signal?: AbortSignal) {
    if (ended) [wave, ended] = [wave + 1, false];
    const { name, target, jsonVersion } = this.service;
    const at = calls.push({} as RecordedCall) - 1;
    const sent = { service: name, target: `${target}.${operation}`, jsonVersion, input, wave };
    const answer = await call.call(this, operation, input, signal);
    ended = true;
    calls[at] = JSON.parse(JSON.stringify({ ...sent, answer }));
    return answer;
  };
  JsonService.prototype.call = recorded as typeof call;
  try {
    return { result: await work(), calls };
  } finally {
    JsonService.prototype.call = call;
  }
}
