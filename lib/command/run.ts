import { isUnavailable, ServiceFault } from '../../shared/aws/faults.ts';
import { CommandProblem, HelpWanted } from './problem.ts';

/** Runs the entry of a command: a problem is printed as a sentence with exit code 1, help with exit code 0. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.exitCode = explain(error);
  }
}

/** For a command whose whole file is its work: returns the result of `read`, or exits. */
export function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    process.exit(explain(error));
  }
}

/**
 * Prints the error that ended a command, with a stack trace only if there is no sentence for it; returns the exit code.
 */
export function explain(error: unknown): number {
  if (error instanceof HelpWanted) {
    console.log(error.message);
    return 0;
  }
  console.error(sentence(error) ?? error);
  return 1;
}

function sentence(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // A refusal of the platform itself, for example for a name that is taken.
  if (error instanceof CommandProblem || error.name === 'Problem') return error.message;
  // The SDK marks refusals of AWS and network failures with `$fault`; our own client uses a type.
  if ('$fault' in error || error instanceof ServiceFault) return `AWS answers ${error.name}: ${error.message}`;
  if ('$metadata' in error || isUnavailable(error))
    return `AWS does not answer (${error.message}): check the network, and whether the stage is deployed there.`;
  return undefined;
}
