import { readFileSync } from 'node:fs';
import { useCredentials } from '../../shared/aws/credentials.ts';
import { tableNames } from '../../shared/capability/capability.ts';
import { environmentNames } from '../../shared/capability/environment.ts';
import { findAddress } from '../../shared/iot/service.ts';
import { sqs } from '../../shared/queue/client.ts';
import { requireCredentials, requireRegion, shellCredentials } from '../command/account.ts';
import { choose } from '../command/arguments.ts';
import { CommandProblem } from '../command/problem.ts';
import { type StageName, stageNames } from '../config.ts';
import { awsEnvironment } from '../local/environment.ts';
import { namesOf } from '../names.ts';

/** The file in which the running local stack writes its address; a second stack uses another file. */
const factsFile = () => process.env.HEXFENCE_STACK ?? new URL('../../.local/stack.json', import.meta.url);

/** Connects this process with the tables of a stage: the running local stack, or the account of the AWS settings. */
export function connect(stage: StageName, local?: { readonly endpoint: string }): void {
  for (const table of tableNames) process.env[environmentNames.table(table)] = namesOf(stage).table(table);
  process.env[environmentNames.setting('DEVICE_POLICY')] = namesOf(stage).devicePolicy;
  if (stage !== 'local') return;
  const { endpoint } = local ?? runningStack(', or name a stage with --stage');
  Object.assign(process.env, awsEnvironment(endpoint));
}

interface StackFacts {
  readonly url: string;
  readonly apiKey: string;
  /** A login of an owner. */
  readonly email: string;
  readonly password: string;
  readonly endpoint: string;
}

/** The facts about the running local stack; `otherwise` completes the error message if none runs. */
export function runningStack(otherwise = ''): StackFacts {
  try {
    return JSON.parse(readFileSync(factsFile(), 'utf8')) as StackFacts;
  } catch {
    throw new CommandProblem(`No local stack is running: run "npm start" in another terminal${otherwise}.`);
  }
}

/** The stage that `--stage` names, by default the local one. */
export const stageOf = (named: string | undefined): StageName => choose('stage', named ?? 'local', stageNames);

/** Connects this process with the stage that `--stage` names, by default the running local stack. */
export async function connectTo(named: string | undefined): Promise<void> {
  const stage = stageOf(named);
  if (stage !== 'local') {
    process.env.AWS_REGION = await requireRegion();
    await requireCredentials();
    useCredentials(shellCredentials());
  }
  connect(stage);
}

/** Lets this process, once it is connected with a stage, call the broker too. AWS is asked for its address. */
export async function connectToBroker(): Promise<void> {
  process.env[environmentNames.setting('BROKER_ADDRESS')] = await findAddress();
}

/** Connects this process with the tables of a stage, and with the queues of some workers. */
export async function connectToQueues(named: string | undefined, workers: readonly string[]): Promise<void> {
  await connectTo(named);
  const names = namesOf(choose('stage', named ?? 'local', stageNames));
  for (const worker of workers) {
    const { QueueUrl } = await sqs.call<{ QueueUrl: string }>('GetQueueUrl', { QueueName: names.queue(worker) });
    process.env[environmentNames.queueUrl(worker)] = QueueUrl;
  }
}
