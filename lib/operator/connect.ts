import { readFileSync } from 'node:fs';
import { tableNames } from '../../shared/capability/capability.ts';
import { environmentNames } from '../../shared/capability/environment.ts';
import { requireCredentials, requireRegion } from '../command/account.ts';
import { choose } from '../command/arguments.ts';
import { CommandProblem } from '../command/problem.ts';
import { type StageName, stageNames } from '../config.ts';
import { awsEnvironment } from '../local/environment.ts';
import { namesOf } from '../names.ts';

/** Where the running local stack says where it is; another file for a second stack. */
const factsFile = () => process.env.HEXFENCE_STACK ?? new URL('../../.local/stack.json', import.meta.url);

/** Points this process at the tables of a stage: the running local stack, or the account of the AWS settings. */
export function connect(stage: StageName, local?: { readonly endpoint: string }): void {
  for (const table of tableNames) process.env[environmentNames.table(table)] = namesOf(stage).table(table);
  if (stage !== 'local') return;
  const { endpoint } = local ?? runningStack(', or name a stage with --stage');
  Object.assign(process.env, awsEnvironment(endpoint));
}

interface StackFacts {
  readonly url: string;
  readonly apiKey: string;
  readonly endpoint: string;
}

/** What the running local stack says of itself; `otherwise` completes the sentence that is said where none runs. */
export function runningStack(otherwise = ''): StackFacts {
  try {
    return JSON.parse(readFileSync(factsFile(), 'utf8')) as StackFacts;
  } catch {
    throw new CommandProblem(`No local stack is running: run "npm start" in another terminal${otherwise}.`);
  }
}

/** Points this process at the stage that `--stage` names; with none named, at the running local stack. */
export async function connectTo(named: string | undefined): Promise<void> {
  const stage = choose('stage', named ?? 'local', stageNames);
  if (stage !== 'local') {
    await requireRegion();
    await requireCredentials();
  }
  connect(stage);
}
