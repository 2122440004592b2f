import { type ChildProcess, fork } from 'node:child_process';
import type { Asked, Spent } from './runner.ts';

/** Processes that answer the same requests in turns, so that a busy machine affects all of them equally. */

/** How many requests a process answers before the next ones count as warm. */
const warmAfter = 300;
const batches = 10;
const batchSize = 50;

/** Milliseconds of processor time, and megabytes. */
export interface Figures {
  /** The import and the first request. */
  readonly cold: number;
  /** One of the requests 2 to 50. */
  readonly early: number;
  /** One request after the 300th, as the mean of each of ten batches. */
  readonly warm: readonly number[];
  /** At the end. */
  readonly rss: number;
}

/** A process that runs `runner.ts`. */
class Contender {
  readonly #process: ChildProcess;
  readonly #failed: Promise<never>;

  constructor(runner: string, env: NodeJS.ProcessEnv) {
    // Lines of the log are discarded: the output of the bench is that of this process.
    this.#process = fork(runner, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#failed = new Promise((_, reject) =>
      this.#process.once('exit', (code) => reject(new Error(`The process of a handler ended with ${code}`))),
    );
    this.#failed.catch(() => undefined);
  }

  async answer(requests: Asked): Promise<Spent> {
    const spent = new Promise<Spent>((resolve) =>
      this.#process.once('message', (message) => resolve(message as Spent)),
    );
    this.#process.send(requests);
    return await Promise.race([spent, this.#failed]);
  }

  stop(): void {
    this.#process.kill();
  }
}

/**
 * @param environments of the contenders
 * @param share of the usual number of requests
 */
export async function contest(
  runner: string,
  environments: readonly NodeJS.ProcessEnv[],
  share: number,
): Promise<readonly Figures[]> {
  const contenders = environments.map((env) => new Contender(runner, env));
  /** The cost of one request of each contender. */
  const inTurns = async (count: number): Promise<readonly Spent[]> => {
    const spent: Spent[] = [];
    for (const contender of contenders) {
      const { milliseconds, rss } = await contender.answer(count);
      spent.push({ milliseconds: milliseconds / count, rss });
    }
    return spent;
  };
  try {
    const cold = await inTurns(1);
    const early = await inTurns(49);
    await inTurns(Math.round((warmAfter - 50) * share));
    const warm: (readonly Spent[])[] = [];
    for (let i = 0; i < batches; i++) warm.push(await inTurns(Math.round(batchSize * share)));
    return contenders.map((_, i) => ({
      cold: cold[i]!.milliseconds,
      early: early[i]!.milliseconds,
      warm: warm.map((spent) => spent[i]!.milliseconds),
      rss: warm.at(-1)![i]!.rss,
    }));
  } finally {
    for (const contender of contenders) contender.stop();
  }
}
