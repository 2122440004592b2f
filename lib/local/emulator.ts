import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CommandProblem } from '../command/problem.ts';
import { functionEnvironment, region } from './environment.ts';
import { ended, killGroup } from './processes.ts';

export interface EmulatorOptions {
  readonly port: number;
  readonly mqttPort: number;
  /** The folder of `emulator.log`. */
  readonly directory: string;
  /** The folder for state that is kept between starts; without it, nothing is kept. */
  readonly state?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Emulator {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the emulator has exited, whether stopped or crashed. */
  readonly ended: Promise<unknown>;
  /** From now on, its state is saved when it ends, if there is a folder for it. */
  keep(): void;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const python = join(root, '.local/venv/bin/python');
const script = fileURLToPath(new URL('emulator.py', import.meta.url));
/** Number of function processes that are kept for their next call. */
export const warmFunctions = 48;
const startSeconds = 60;
const saveSeconds = 60;

/** Starts MiniStack with IAM enforced, empty, in a process group of its own, and waits until it is ready. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  // Outside the project: functions would otherwise find packages that their bundles lack, and its package.json.
  const temporary = mkdtempSync(join(tmpdir(), 'hexfence-'));
  const logFile = join(options.directory, 'emulator.log');
  const log = openSync(logFile, 'w');
  const child = spawn(python, [script, temporary], {
    cwd: temporary,
    env: emulatorEnvironment(options, temporary),
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  const end = ended(child);
  let isKept = false;
  const keep = () => {
    isKept = options.state !== undefined;
  };
  const stop = async () => {
    const isSaved = !isKept || (await saves(child, end));
    killGroup(child);
    await end;
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
    if (!isSaved)
      throw new CommandProblem(
        `The AWS emulator did not write its state in ${saveSeconds} s: the next start continues with the data that was saved before.`,
      );
  };
  const url = `http://127.0.0.1:${options.port}`;
  try {
    await untilReady(url, end, logFile, options.signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid: child.pid!, ended: end, keep, stop };
}

function emulatorEnvironment(options: EmulatorOptions, temporary: string): NodeJS.ProcessEnv {
  return {
    ...functionEnvironment(),
    HOME: temporary,
    AUTH: 'true',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(options.port),
    IOT_MTLS_PORT: String(options.mqttPort),
    SFTP_ENABLED: '0',
    MINISTACK_REGION: region,
    // With access to Docker's socket it would remove every MiniStack container on this machine.
    DOCKER_HOST: 'unix:///nonexistent',
    PYTHONUNBUFFERED: '1',
    TMPDIR: temporary,
    WARM_FUNCTIONS: String(warmFunctions),
    ...(options.state ? keeping(options.state) : { STATE_DIR: temporary }),
  };
}

/** The emulator writes its state when it ends, and reads it when it starts. */
function keeping(state: string): NodeJS.ProcessEnv {
  return { PERSIST_STATE: '1', STATE_DIR: state, S3_PERSIST: '1', S3_DATA_DIR: join(state, 's3') };
}

/** Asks the emulator to end by itself, which writes its state; returns whether it did. */
async function saves(child: ChildProcess, end: Promise<number | string>): Promise<boolean> {
  child.kill('SIGTERM');
  return await Promise.race([end.then(() => true), sleep(saveSeconds * 1000, false, { ref: false })]);
}

async function untilReady(url: string, end: Promise<number | string>, logFile: string, signal?: AbortSignal) {
  let outcome: number | string | undefined;
  void end.then((result) => {
    outcome = result;
  });
  const deadline = Date.now() + startSeconds * 1000;
  while (!(await isReady(url))) {
    signal?.throwIfAborted();
    if (outcome !== undefined) throw new CommandProblem(await explain(`ended at start (${outcome})`, logFile));
    if (Date.now() > deadline) throw new CommandProblem(await explain(`was not ready in ${startSeconds} s`, logFile));
    await sleep(50);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_ministack/ready`)).ok;
  } catch {
    return false;
  }
}

async function explain(what: string, logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.trim());
  const path = relative(root, logFile);
  return `The AWS emulator ${what}: "${lines.at(-1) ?? 'no output'}". See ${path}, or remove .local and start again.`;
}
