import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/**
 * Runs the commands of the platform, one after the other. A redelivered command is not run again, also after a restart;
 * an expired command is not run at all.
 */

const Command = z.object({
  commandId: z.string(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()).default({}),
  expiresAt: z.iso.datetime(),
});
export type Command = z.output<typeof Command>;

/** The result of a command. */
export interface Outcome {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly message?: string;
}

export interface Ack {
  readonly commandId: string;
  readonly status: 'ACKNOWLEDGED' | Outcome['status'];
  readonly message?: string;
  readonly at: string;
}

/** An outcome, and what to do after it has been sent to the platform. */
export interface RunResult extends Outcome {
  readonly afterwards?: () => void;
}

export type Runner = (payload: Command['payload']) => Promise<RunResult> | RunResult;

export interface CommandLoopOptions {
  /** The file that records the commands that were run. */
  readonly journal: string;
  readonly runners: Readonly<Record<string, Runner>>;
  /** Sends an acknowledgement; may fail, because the platform repeats a command without one. */
  readonly ack: (ack: Ack) => Promise<void>;
  readonly tell: (line: string) => void;
}

type Journal = Record<string, Outcome & { readonly expiresAt: string }>;

const interrupted: Outcome = { status: 'FAILED', message: 'The device ended while it ran this.' };

export class CommandLoop {
  readonly #options: CommandLoopOptions;
  readonly #journal: Journal;
  #last: Promise<void> = Promise.resolve();

  constructor(options: CommandLoopOptions) {
    this.#options = options;
    const known = existsSync(options.journal) ? (JSON.parse(readFileSync(options.journal, 'utf8')) as Journal) : {};
    // The platform does not send expired commands again.
    this.#journal = Object.fromEntries(Object.entries(known).filter(([, { expiresAt }]) => isAhead(expiresAt)));
  }

  /** Handles a message. Settles when its command is done. */
  take(payload: Uint8Array): Promise<void> {
    const failed = (error: Error) => this.#options.tell(`A command could not be taken: ${error.message}`);
    this.#last = this.#last.then(() => this.#handle(payload)).catch(failed);
    return this.#last;
  }

  async #handle(payload: Uint8Array): Promise<void> {
    const command = commandIn(payload);
    if (!command) return this.#options.tell('A message was no command, and is ignored.');
    const { commandId, type, expiresAt } = command;
    if (!isAhead(expiresAt)) return this.#options.tell(`Command ${type} came too late, and is ignored.`);
    const known = Object.hasOwn(this.#journal, commandId) ? this.#journal[commandId] : undefined;
    if (known) return await this.#ack(commandId, known);
    await this.#ack(commandId, { status: 'ACKNOWLEDGED' });
    const { afterwards, ...outcome } = await this.#run(command);
    this.#options.tell(`Command ${type}: ${outcome.message ?? outcome.status}`);
    await this.#ack(commandId, outcome);
    afterwards?.();
  }

  async #run({ commandId, type, payload, expiresAt }: Command): Promise<RunResult> {
    const { runners } = this.#options;
    const runner = Object.hasOwn(runners, type) ? runners[type] : undefined;
    // Recorded before the run, so that a command that ends this process is not run again.
    this.#note(commandId, { ...interrupted, expiresAt });
    const ran = await this.#outcome(type, runner, payload);
    const { afterwards: _, ...outcome } = ran;
    this.#note(commandId, { ...outcome, expiresAt });
    return ran;
  }

  async #outcome(type: string, runner: Runner | undefined, payload: Command['payload']): Promise<RunResult> {
    if (!runner) return { status: 'FAILED', message: `This device knows no ${type}.` };
    try {
      return await runner(payload);
    } catch (error) {
      return { status: 'FAILED', message: (error as Error).message };
    }
  }

  #note(commandId: string, outcome: Journal[string]): void {
    this.#journal[commandId] = outcome;
    const { journal } = this.#options;
    writeFileSync(`${journal}.new`, JSON.stringify(this.#journal), { mode: 0o600 });
    renameSync(`${journal}.new`, journal);
  }

  async #ack(commandId: string, { status, message }: Outcome | { status: 'ACKNOWLEDGED'; message?: string }) {
    const ack = { commandId, status, ...(message === undefined ? {} : { message }), at: new Date().toISOString() };
    await this.#options.ack(ack).catch(() => undefined);
  }
}

const isAhead = (instant: string): boolean => Date.parse(instant) > Date.now();

function commandIn(payload: Uint8Array): Command | undefined {
  try {
    return Command.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch {
    return undefined;
  }
}
