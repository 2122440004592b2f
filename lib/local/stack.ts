import { mkdirSync } from 'node:fs';
import { namesOf } from '../names.ts';
import { brokerCa } from './broker-ca.ts';
import { bootstrap, type CdkOptions, deploy, synth } from './cdk.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { findEndpoint } from './endpoint.ts';
import { awsEnvironment, region } from './environment.ts';
import { type AwsAnswer, type Gateway, startGateway } from './gateway.ts';
import { originSecret } from './kept.ts';
import { locationAnswer } from './location/answer.ts';
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
  /** Who may sign in to the workspace of the key. */
  readonly email: string;
  readonly password: string;
  /** A point inside a place of the demo workspace. */
  readonly place?: { readonly name: string; readonly latitude: number; readonly longitude: number };
}

/** Wraps a step of the start, to tell how it goes. */
export type Progress = <T>(title: string, work: () => Promise<T>) => Promise<T>;

const silently: Progress = (_, work) => work();

export interface StackOptions<S extends Seeded> {
  /** Where logs and outputs go; one directory a stack. */
  readonly directory: string;
  /** The API's port; 0 takes free ports for everything. */
  readonly port: number;
  readonly seed: (deployed: DeployedStack) => Promise<S>;
  /** Where everything is kept from one start to the next; nothing is when absent. */
  readonly state?: string | undefined;
  /** A running LocalStack-compatible endpoint to deploy to, in place of an emulator of our own. */
  readonly endpoint?: string | undefined;
  /** The name by which containers reach this machine, when the endpoint runs functions in them. */
  readonly gatewayHost?: string | undefined;
  /** The CDK app's command, when it is not the project's. */
  readonly app?: string | undefined;
  readonly answers?: readonly AwsAnswer[];
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  readonly verbose?: boolean | undefined;
}

export interface LocalStack<S extends Seeded = Seeded> {
  readonly url: string;
  readonly docsUrl: string;
  /** Every mail that was sent, as JSON. Absent when the endpoint is not ours. */
  readonly mailUrl: string | undefined;
  /** Absent when the endpoint is not ours. */
  readonly mqttPort: number | undefined;
  readonly emulatorPid: number | undefined;
  readonly deployed: DeployedStack;
  readonly seeded: S;
  /** The secret that marks a request as come through the front door. */
  readonly originVerify: string;
  /** All of it is there again at the next start. */
  readonly isKept: boolean;
  /** Settles when the emulator has ended, wanted or not. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** Brings up the whole platform: emulator, gateway, the real app, a seeded workspace. A failed start leaves nothing behind. */
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
  const broker = { brokerAddress: `localhost:${mqttPort ?? 8883}`, brokerCa: await brokerCa(endpoint) };
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
    mailUrl: emulator && `${gateway.awsUrl}/_ministack/ses/messages`,
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

/** Starts the emulator, when there is no endpoint to deploy to, and the gateway before it. */
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
  const gateway = await startGateway({
    ...(await findEndpoint(options.endpoint ?? emulator!.url)),
    originVerify,
    apiPort: ports.api,
    awsPort: ports.aws,
    awsHost: options.gatewayHost,
    answers: [locationAnswer(), ...(options.answers ?? [])],
    preflight: preflightAnswer(endpoint, namesOf('local').fn('core-fallback')),
  });
  parts.push(gateway);
  return { gateway, emulator, mqttPort: emulator && ports.mqtt, endpoint, originVerify };
}

interface Build {
  readonly context: Readonly<Record<string, string>>;
  readonly app: string | undefined;
  readonly cdk: CdkOptions;
  readonly progress: Progress;
}

/** Synthesises while the account is bootstrapped, then deploys. When one of the two fails, the other is ended. */
async function build({ context, app, cdk, progress }: Build): Promise<Record<string, string>> {
  const failure = new AbortController();
  const signal = cdk.signal ? AbortSignal.any([cdk.signal, failure.signal]) : failure.signal;
  const endBoth = (error: unknown) => {
    failure.abort(error);
    throw error;
  };
  const synthesis = synth(context, app, { ...cdk, signal }).catch(endBoth);
  const bootstrapping = bootstrap({ ...cdk, signal }).catch(endBoth);
  const both = Promise.allSettled([synthesis, bootstrapping]);
  try {
    await progress('Bootstrap the account', () => bootstrapping);
    await progress('Synthesise the app', () => synthesis);
  } finally {
    await both;
  }
  return progress('Deploy', () => deploy(cdk));
}
