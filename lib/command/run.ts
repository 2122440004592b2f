import { CommandProblem, HelpWanted } from './problem.ts';

/** Runs the entry of a command: a problem is a sentence and exit code 1, help is help and exit code 0. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.exitCode = explain(error);
  }
}

/** For a command whose work is its whole file: what it reads first, or the end of it. */
export function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    process.exit(explain(error));
  }
}

/** Prints what ended a command, with a stack trace only where nobody has a sentence for it; answers the exit code. */
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
  // What the platform itself refuses, as a name that is taken.
  if (error instanceof CommandProblem || error.name === 'Problem') return error.message;
  // The SDK marks so what AWS refuses, and what did not reach it.
  if ('$fault' in error) return `AWS answers ${error.name}: ${error.message}`;
  if ('$metadata' in error)
    return `Nobody answers where AWS is asked (${error.message}): is the network there, and the stage?`;
  return undefined;
}
