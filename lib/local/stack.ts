import { mkdirSync } from 'node:fs';
import { namesOf } from '../names.ts';
import { build } from './build.ts';
import type { CdkOptions } from './cdk.ts';
import { connectionsAnswer } from './connections.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { findEndpoint } from './endpoint.ts';
import { awsEnvironment, region } from './environment.ts';
import { type Gateway, type LocalAnswer, startGateway } from './gateway.ts';
import { originSecret } from './kept.ts';
import { locationAnswer } from './location/answer.ts';
import { reportMisses } from './location/misses.ts';
import { mailsAnswer, mailsPath } from './pages/mails.ts';
import { placesAnswer, placesPath } from './pages/places.ts';
import { choosePorts } from './ports.ts';
import { preflightAnswer } from './preflight.ts';
import { apiRoutes } from './routing.ts';

/** What a seed or a test needs to call the deployed stack's AWS side as root. */
export interface DeployedStack {
  readonly endpoint: string;
  readonly region: string;
  /** Environment variables for an SDK or a tool. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The outputs of all stacks in one map. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Seeded {
  readonly apiKey: string;
  /** The user who can sign in to the workspace of the key. */
  readonly email: string;
  readonly password: string;
  /** A point inside a place of the demo workspace. */
  readonly place?: { readonly name: string; readonly latitude: number; readonly longitude: number };
}

/** Wraps a step of the start and reports its progress. */
export type Progress = <T>(title: string, work: () => Promise<T>) => Promise<T>;

/** MQTT over TLS at an endpoint that is not ours. */
const usualMqttPort = 8883;

const silently: Progress = (_, work) => work();

export interface StackOptions<S extends Seeded> {
  /** The directory of logs and outputs; each stack has its own. */
  readonly directory: string;
  /** The API's port; with 0 all ports are free ones. */
  readonly port: number;
  readonly seed: (deployed: DeployedStack) => Promise<S>;
  /** The folder for state that is kept between starts; without it, nothing is kept. */
  readonly state?: string | undefined;
  /** A running LocalStack-compatible endpoint to deploy to, instead of an emulator of our own. */
  readonly endpoint?: string | undefined;
  /** The name under which containers reach this machine, if the endpoint runs functions in containers. */
  readonly gatewayHost?: string | undefined;
  /** The command of the CDK app, if it is not the project's. */
  readonly app?: string | undefined;
  readonly answers?: readonly LocalAnswer[];
  readonly progress?: Progress;
  /** Receives lines about events in the running stack. */
  readonly tell?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal;
  readonly verbose?: boolean | undefined;
}

export interface LocalStack<S extends Seeded = Seeded> {
  readonly url: string;
  readonly docsUrl: string;
  /** The address of the sent mails, as a page or, for `curl`, as text. Absent when the endpoint is not ours. */
  readonly mailUrl: string | undefined;
  /** The addresses that the geocoder knows. */
  readonly placesUrl: string;
  /** Absent when the endpoint is not ours. */
  readonly mqttPort: number | undefined;
  readonly emulatorPid: number | undefined;
  readonly deployed: DeployedStack;
  readonly seeded: S;
  /** The secret that proves that a request came through the front door. */
  readonly originVerify: string;
  /** Whether all data is kept for the next start. */
  readonly isKept: boolean;
  /** Resolves when the emulator has exited, whether stopped or crashed. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts the whole platform: emulator, gateway, the real app, a seeded workspace. A failed start leaves nothing behind.
 */
export async function startStack<S extends Seeded>(options: StackOptions<S>): Promise<LocalStack<S>> {
  const parts: Part[] = [];
  const stop = async () => {
    while (parts.length > 0) await parts.pop()!.stop();
  };
  try {
    return await start(options, parts, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start<S extends Seeded>(
  options: StackOptions<S>,
  parts: Part[],
  stop: () => Promise<void>,
): Promise<LocalStack<S>> {
  const { directory, signal, verbose, progress = silently } = options;
  mkdirSync(directory, { recursive: true });
  const { gateway, emulator, mqttPort, endpoint, originVerify } = await openFront(options, parts);

  const cdk: CdkOptions = { endpoint, directory, signal, verbose };
  const broker = { brokerAddress: `localhost:${mqttPort ?? usualMqttPort}`, brokerCa: await brokerCa(endpoint) };
  const context = { stage: 'local', originVerify, awsEndpoint: gateway.awsUrl, ...broker };
  const outputs = await build({ context, app: options.app, cdk, progress });
  gateway.serve(apiRoutes(outputs));

  const deployed = { endpoint, region, credentials: awsEnvironment(endpoint), outputs };
  signal?.throwIfAborted();
  const seeded = await progress('Seed the demo workspace', () => options.seed(deployed));
  signal?.throwIfAborted();
  emulator?.keep();
  return {
    url: gateway.apiUrl,
    docsUrl: `${gateway.apiUrl}/docs`,
    mailUrl: emulator && `${gateway.apiUrl}${mailsPath}`,
    placesUrl: `${gateway.apiUrl}${placesPath}`,
    mqttPort,
    emulatorPid: emulator?.pid,
    deployed,
    seeded,
    originVerify,
    isKept: options.state !== undefined,
    ended: emulator?.ended ?? new Promise(() => {}),
    stop,
  };
}

interface Part {
  stop(): Promise<void>;
}

interface Front {
  readonly gateway: Gateway;
  readonly emulator: Emulator | undefined;
  readonly mqttPort: number | undefined;
  readonly endpoint: string;
  readonly originVerify: string;
}

/** Starts the emulator, unless there is an endpoint to deploy to, and the gateway in front of it. */
async function openFront(options: StackOptions<Seeded>, parts: Part[]): Promise<Front> {
  const { directory, signal, progress = silently } = options;
  const ports = await choosePorts(options.port);
  let emulator: Emulator | undefined;
  if (!options.endpoint) {
    const emulatorOptions = { port: ports.emulator, mqttPort: ports.mqtt, directory, state: options.state, signal };
    emulator = await progress('Start the AWS emulator', () => startEmulator(emulatorOptions));
    parts.push(emulator);
  }
  const originVerify = originSecret(options.state);
  const endpoint = `http://127.0.0.1:${ports.aws}`;
  const onMiss = options.tell && reportMisses(options.tell, `http://localhost:${ports.api}${placesPath}`);
  const gateway = await startGateway({
    ...(await findEndpoint(options.endpoint ?? emulator!.url)),
    originVerify,
    apiPort: ports.api,
    awsPort: ports.aws,
    awsHost: options.gatewayHost,
    answers: [
      locationAnswer(onMiss),
      connectionsAnswer(options.endpoint ? usualMqttPort : ports.mqtt),
      ...(options.answers ?? []),
    ],
    pages: [placesAnswer(), ...(emulator ? [mailsAnswer(emulator.url)] : [])],
    preflight: preflightAnswer(endpoint, namesOf('local').fn('core-fallback')),
  });
  parts.push(gateway);
  return { gateway, emulator, mqttPort: emulator && ports.mqtt, endpoint, originVerify };
}

/**
 * The CA certificate of the emulator's broker: PEM in base64, because a value of the context must be one line for cdk;
 * empty if the endpoint does not publish one.
 */
async function brokerCa(endpoint: string): Promise<string> {
  const response = await fetch(`${endpoint}/_ministack/iot/ca.pem`).catch(() => undefined);
  const text = response?.ok ? await response.text() : '';
  return text.includes('BEGIN CERTIFICATE') ? Buffer.from(text).toString('base64') : '';
}
