import type { RecordedCall } from './recording.ts';
import { unitsOf } from './units.ts';

/** The prices of requests: list prices of us-east-1 in USD, without any free tier. */
export const prices = {
  /** On arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  lambdaMillion: 0.2,
  /** On demand. */
  readUnitsMillion: 0.125,
  writeUnitsMillion: 0.625,
  httpApiMillion: 1,
  /** HTTPS requests from North America and Europe, and the function that runs for each. */
  cloudFrontMillion: 1 + 0.1,
  /** Standard queues. */
  sqsMillion: 0.4,
  /** Messages of up to 5 kB; a rule that is triggered and its action. */
  brokerMessagesMillion: 1,
  brokerRulesMillion: 0.15 + 0.15,
  /** A line of some 400 bytes a request. */
  logsMillion: 0.2,
} as const;

/** The memory that comes with one vCPU; less memory comes with a share of it. */
const megabytesOfCore = 1769;

/** Milliseconds for which a wave of calls waits for its service. */
const waitMilliseconds: Readonly<Record<string, number>> = { dynamodb: 5, kms: 12, sqs: 10 };

export const memorySizes = [256, 512, 1024, 1769] as const;

/** The duration of a request, computed from its processor time and the waves of its calls. */
export function durationMilliseconds(
  calls: readonly RecordedCall[],
  cpuMilliseconds: number,
  megabytes: number,
): number {
  const waves = new Map<number, number>();
  for (const { wave, service } of calls)
    waves.set(wave, Math.max(waves.get(wave) ?? 0, waitMilliseconds[service] ?? 0));
  const waits = [...waves.values()].reduce((a, b) => a + b, 0);
  return waits + (cpuMilliseconds * megabytesOfCore) / Math.min(megabytes, megabytesOfCore);
}

/** USD for a million invocations. */
export const lambdaDollars = (milliseconds: number, megabytes: number): number =>
  prices.lambdaMillion + 1000 * milliseconds * (megabytes / 1024) * prices.lambdaGigabyteSecond;

/** USD for a million requests, by service. */
export function requestDollars(calls: readonly RecordedCall[], cpuMilliseconds: number, megabytes: number) {
  const { reads, writes } = unitsOf(calls);
  const parts = {
    Lambda: lambdaDollars(durationMilliseconds(calls, cpuMilliseconds, megabytes), megabytes),
    DynamoDB: reads * prices.readUnitsMillion + writes * prices.writeUnitsMillion,
    'HTTP API': prices.httpApiMillion,
    CloudFront: prices.cloudFrontMillion,
    Logs: prices.logsMillion,
  };
  return { ...parts, together: Object.values(parts).reduce((a, b) => a + b, 0) };
}
