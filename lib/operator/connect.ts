import { readFileSync } from 'node:fs';
import { tableNames } from '../../shared/capability/capability.ts';
import { environmentNames } from '../../shared/capability/environment.ts';
import { type StageName, stageNames } from '../config.ts';
import { awsEnvironment } from '../local/environment.ts';
import { namesOf } from '../names.ts';

/** Something the operator can mend; its message is one sentence that says how. */
export class OperatorProblem extends Error {}

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
    throw new OperatorProblem(`No local stack is running: run "npm start" in another terminal${otherwise}.`);
  }
}

export function stageOption(value: string | undefined): StageName {
  const stage = value ?? 'local';
  const known = stageNames.find((name) => name === stage);
  if (known) return known;
  throw new OperatorProblem(`There is no stage "${stage}"; choose one of ${stageNames.join(', ')}.`);
}

/** Runs a command line entry: a problem is one sentence and exit 1. */
export async function command(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const known =
      error instanceof OperatorProblem ||
      (error instanceof Error && ['Problem', 'CredentialsProviderError'].includes(error.name));
    console.error(known ? (error as Error).message : error);
    process.exitCode = 1;
  }
}
