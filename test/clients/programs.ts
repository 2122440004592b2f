import { execFile } from 'node:child_process';

export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end; the code is 127 if there is no program of that name. */
export function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, out, errors) => {
      const code = error ? (error.code === 'ENOENT' ? 127 : Number(error.code) || 1) : 0;
      resolve({ code, output: `${out}${errors}` });
    });
  });
}

/** Why the clients of a language are not tested on this machine; undefined if they are. CI has all of the languages. */
export async function withoutProgram(program: string, args: readonly string[]): Promise<string | undefined> {
  const { code } = await run(program, args, '.');
  return code === 0 || process.env.CI ? undefined : `"${program}" is not installed on this machine`;
}
