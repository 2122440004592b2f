import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  LocationClient,
  SearchPlaceIndexForTextCommand,
  type SearchPlaceIndexForTextCommandInput,
} from '@aws-sdk/client-location';
import { onTestFinished } from 'vitest';
import { startGateway } from '../../../../lib/local/gateway.ts';
import { locationAnswer } from '../../../../lib/local/location/answer.ts';
import type { FaultSettings } from '../../../../lib/local/location/faults.ts';
import type { TrafficCounters } from '../../../../lib/local/location/traffic.ts';
import { freePort } from '../../../../lib/local/ports.ts';

export interface Stage {
  readonly awsUrl: string;
  /** One attempt, as the real SDK makes it. */
  search(input: Partial<SearchPlaceIndexForTextCommandInput>, signal?: AbortSignal): ReturnType<typeof send>;
  control(method: string, body?: unknown): Promise<{ status: number; body: State & { message?: string } }>;
  counters(): Promise<TrafficCounters>;
  /** Texts that matched no known place. */
  readonly misses: readonly string[];
}

interface State {
  readonly settings: FaultSettings;
  readonly counters: TrafficCounters;
}

/** A gateway that answers place searches, in front of an emulator that has none. */
export async function openStage(): Promise<Stage> {
  const emulator = createServer((_, answer) => answer.writeHead(418).end('from the emulator')).listen(0, '127.0.0.1');
  await once(emulator, 'listening');
  const misses: string[] = [];
  const gateway = await startGateway({
    upstream: `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`,
    apiPort: await freePort(),
    awsPort: await freePort(),
    originVerify: 'secret',
    apiDomain: 'localhost',
    answers: [locationAnswer((text) => misses.push(text))],
  });
  const client = new LocationClient({
    endpoint: gateway.awsUrl,
    disableHostPrefix: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await gateway.stop();
    emulator.close();
  });
  const control: Stage['control'] = async (method, body) => {
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const answer = await fetch(`${gateway.awsUrl}/_hexfence/location`, { method, ...sent });
    return { status: answer.status, body: (await answer.json()) as State };
  };
  return {
    awsUrl: gateway.awsUrl,
    search: (input, signal) => send(client, input, signal),
    control,
    counters: async () => (await control('GET')).body.counters,
    misses,
  };
}

function send(client: LocationClient, input: Partial<SearchPlaceIndexForTextCommandInput>, signal?: AbortSignal) {
  const command = new SearchPlaceIndexForTextCommand({
    IndexName: 'hexfence-places',
    Text: '1 Infinite Loop',
    ...input,
  });
  return client.send(command, signal ? { abortSignal: signal } : {});
}
