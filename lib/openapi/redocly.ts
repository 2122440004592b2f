import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';

const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

/** Runs the Redocly command line. A failure is not thrown: the exit code reports it, and the output says why. */
export function redocly(...args: string[]): Promise<{ code: number; output: string }> {
  const entry = createRequire(import.meta.url).resolve('@redocly/cli/bin/cli.js');
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { env: { ...process.env, ...quiet } }, (error, out, errors) =>
      resolve({ code: error ? 1 : 0, output: out || errors }),
    );
  });
}
