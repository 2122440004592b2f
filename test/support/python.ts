import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Python with what only tests need, in the project's own venv; see `test/requirements.txt`. */

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const skipped = file('../../.local/venv/tests-skipped');

/** Why some of it is missing on this machine, as the set-up recorded it; otherwise undefined. CI has all of it. */
export const withoutPython: string | undefined =
  existsSync(skipped) && !process.env.CI ? readFileSync(skipped, 'utf8') : undefined;

export const python: string = file('../../.local/venv/bin/python');

/** Runs a program and returns its output. @throws its standard error, if it fails */
export function runPython(program: string, input = ''): string {
  const { status, stdout, stderr } = spawnSync(python, ['-c', program], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Python ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout.trim();
}
