import { readFileSync } from 'node:fs';

/** Runs a bundled handler in a process of its own, as Lambda does, and reports its cost. */

export interface RunnerWork {
  readonly file: string;
  readonly event: object;
  /** The expected outcome of each response. */
  readonly outcome: string;
}

/** The number of requests that this process answers next; the first message also imports the handler. */
export type Asked = number;

export interface Spent {
  /** Milliseconds of processor time. */
  readonly milliseconds: number;
  /** Megabytes that the process holds. */
  readonly rss: number;
}

/** The status of an HTTP response, or the whole result of a worker. */
export const outcomeOf = (answer: unknown): string => {
  const status = (answer as { statusCode?: number } | undefined)?.statusCode;
  return status === undefined ? JSON.stringify(answer ?? null) : String(status);
};

const context = { getRemainingTimeInMillis: () => 60_000, functionName: 'bench', awsRequestId: 'bench' };

async function measured(work: () => Promise<unknown>): Promise<Spent> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return { milliseconds: (user + system) / 1000, rss: process.memoryUsage.rss() / 1e6 };
}

function obey({ file, event, outcome }: RunnerWork): void {
  const text = JSON.stringify(event);
  let handler: ((event: object, context: object) => Promise<unknown>) | undefined;
  const requests = async (count: number) => {
    handler ??= ((await import(file)) as { handler: typeof handler }).handler!;
    for (let i = 0; i < count; i++) {
      const answer = outcomeOf(await handler(JSON.parse(text), context));
      if (answer !== outcome) throw new Error(`${file} answered ${answer} in place of ${outcome}`);
    }
  };
  process.on('message', (count: Asked) => {
    measured(() => requests(count)).then(
      (spent) => process.send?.(spent),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

/** Whether this file runs as the process, or was only imported for its types. */
if (process.env.RUNNER_WORK) obey(JSON.parse(readFileSync(process.env.RUNNER_WORK, 'utf8')));
