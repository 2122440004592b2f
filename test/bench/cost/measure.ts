import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { bundleOptions as ours } from '../../../lib/bundle.ts';
import { contest, type Figures } from './contest.ts';
import type { FloorWork } from './floor.ts';
import type { RecordedCall } from './recording.ts';
import type { RunnerWork } from './runner.ts';
import type { Scenario } from './scenarios.ts';
import type { StubReady } from './stub.ts';

/** Measures handlers, each in processes of its own, against recorded responses that another process serves. */

const beside = (file: string) => new URL(file, import.meta.url);

/** The environment that Lambda gives a function, with fake secrets. */
const lambda = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'ASIABENCHBENCHBENCHB',
  AWS_SECRET_ACCESS_KEY: 'bench/bench/bench/bench/bench/bench/benc',
  // As long as a token of Lambda.
  AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjE'.repeat(50),
  AWS_LAMBDA_FUNCTION_NAME: 'hexfence-bench',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  POWERTOOLS_SERVICE_NAME: 'hexfence-bench',
  POWERTOOLS_METRICS_NAMESPACE: 'Hexfence/bench',
  _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0',
  LOG_LEVEL: 'INFO',
};

export class Bench {
  readonly #directory: string;
  readonly #stub: ChildProcess;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #port: number;
  #number = 0;

  private constructor(directory: string, stub: ChildProcess, { port, cert }: StubReady) {
    this.#directory = directory;
    this.#stub = stub;
    this.#port = port;
    const trusted = join(directory, 'stub.pem');
    writeFileSync(trusted, cert);
    this.#environment = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_)/.test(name))),
      ...lambda,
      AWS_ENDPOINT_URL: `https://localhost:${port}`,
      NODE_EXTRA_CA_CERTS: trusted,
    };
  }

  static async start(directory: string): Promise<Bench> {
    const stub = fork(beside('stub.ts'));
    const [ready] = (await once(stub, 'message')) as [StubReady];
    await Bench.bundleOwn(directory);
    return new Bench(directory, stub, ready);
  }

  private static async bundleOwn(directory: string): Promise<void> {
    await build({
      entryPoints: ['runner.ts', 'floor.ts'].map((file) => beside(file).pathname),
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      outdir: directory,
      outExtension: { '.js': '.mjs' },
    });
  }

  /** Bundles these functions as that checkout deploys them. */
  async bundle(checkout: URL, names: readonly string[], into: string): Promise<ReadonlyMap<string, string>> {
    const { bundleOptions } = (await import(new URL('lib/bundle.ts', checkout).href)) as { bundleOptions: typeof ours };
    const outdir = join(this.#directory, into);
    await build({
      ...bundleOptions,
      entryPoints: names.map((name) => ({ in: `functions/${name}.ts`, out: `${name}/index` })),
      outdir,
    });
    return new Map(names.map((name) => [name, join(outdir, name, 'index.mjs')]));
  }

  get floor(): string {
    return join(this.#directory, 'floor.mjs');
  }

  /**
   * Runs the floor and some bundles of a function in turns, and returns the figures of each run, those of the floor
   * first.
   */
  async compare(scenario: Scenario, files: readonly string[], runs: number): Promise<readonly (readonly Figures[])[]> {
    this.#stub.send(scenario.calls);
    await once(this.#stub, 'message');
    const environments = [this.floor, ...files].map((file) => this.#environmentOf(scenario, file));
    const seen: (readonly Figures[])[] = [];
    for (let run = 0; run < runs; run++) {
      seen.push(await contest(join(this.#directory, 'runner.mjs'), environments, scenario.share));
    }
    return seen;
  }

  #environmentOf({ event, outcome, calls, passwords }: Scenario, file: string): NodeJS.ProcessEnv {
    const work: RunnerWork = {
      file: pathToFileURL(file).href,
      event,
      outcome: file === this.floor ? '"done"' : outcome,
    };
    const floor: FloorWork = { port: this.#port, waves: wavesOf(calls), passwords };
    return { ...this.#environment, RUNNER_WORK: this.#write(work), FLOOR_WORK: this.#write(floor) };
  }

  #write(content: object): string {
    const file = join(this.#directory, `work-${this.#number++}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  stop(): void {
    this.#stub.disconnect();
  }
}

function wavesOf(calls: readonly RecordedCall[]): FloorWork['waves'] {
  const waves: FloorWork['waves'][number][number][][] = [];
  for (const { wave, service, target, jsonVersion, input } of calls) {
    waves[wave] ??= [];
    waves[wave].push({ service, target, jsonVersion, body: JSON.stringify(input) });
  }
  return waves;
}
