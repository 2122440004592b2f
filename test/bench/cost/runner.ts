import { readFileSync } from 'node:fs';

/** Runs a bundled handler in a process of its own, as Lambda would, and tells what it cost. */

/** Requests that a process has answered before the next ones count as warm. */
const warmAfter = 300;
const batches = 10;
const batchSize = 50;

export interface Figures {
  /** Milliseconds of processor time: to import the handler, and for the first request. */
  readonly imported: number;
  readonly first: number;
  /** Of each of the requests 2 to 50, on average. */
  readonly early: number;
  /** Of each of 500 requests after the 300th: the median of ten batches. */
  readonly warm: number;
  /** Megabytes in the end. */
  readonly rss: number;
}

export interface RunnerWork {
  readonly file: string;
  readonly event: object;
  /** What each answer must be. */
  readonly outcome: string;
  /** Requests of a batch, and before them; fewer for what takes long. */
  readonly share: number;
}

/** The status of an answer over HTTP, or all that a worker answers. */
export const outcomeOf = (answer: unknown): string => {
  const status = (answer as { statusCode?: number } | undefined)?.statusCode;
  return status === undefined ? JSON.stringify(answer ?? null) : String(status);
};

const context = { getRemainingTimeInMillis: () => 10_000, functionName: 'bench', awsRequestId: 'bench' };

async function measured(work: () => Promise<unknown>): Promise<number> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

async function run({ file, event, outcome, share }: RunnerWork): Promise<Figures> {
  const text = JSON.stringify(event);
  let handler: (event: object, context: object) => Promise<unknown>;
  const request = async () => {
    const answer = outcomeOf(await handler(JSON.parse(text), context));
    if (answer !== outcome) throw new Error(`${file} answered ${answer} in place of ${outcome}`);
  };
  const requests = (count: number) => async () => {
    for (let i = 0; i < count; i++) await request();
  };
  const imported = await measured(async () => {
    ({ handler } = await import(file));
  });
  const first = await measured(request);
  const early = (await measured(requests(49))) / 49;
  await requests(Math.round((warmAfter - 50) * share))();
  const size = Math.round(batchSize * share);
  const warm: number[] = [];
  for (let i = 0; i < batches; i++) warm.push((await measured(requests(size))) / size);
  const median = warm.sort((a, b) => a - b)[batches / 2]!;
  return { imported, first, early, warm: median, rss: process.memoryUsage().rss / 1e6 };
}

/** Whether this file is the process, or only read for its types. */
if (process.env.RUNNER_WORK) {
  const work: RunnerWork = JSON.parse(readFileSync(process.env.RUNNER_WORK, 'utf8'));
  run(work).then(
    (figures) => process.send?.(figures, () => process.exit(0)),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}
