/** A failure that its sentence explains; the command prints it without a stack trace. */
export class DeployProblem extends Error {}

/** Runs a command-line entry: a known problem is one sentence and exit code 1. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DeployProblem)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
