import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandProblem } from '../command/problem.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the synthesised app. */
export const assembly = join(root, 'cdk.out');

/** Runs the project's cdk in the terminal, where it explains a failure itself. */
export async function cdk(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(join(root, 'node_modules/.bin/cdk'), [command, ...args, '--no-notices'], {
    cwd: root,
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new CommandProblem(`cdk ${command} failed; see above.`);
}
