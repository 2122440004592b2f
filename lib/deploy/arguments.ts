import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type StageConfig, stageConfig } from '../config.ts';
import { DeployProblem } from './problem.ts';

export interface CommandArguments {
  readonly stage: StageConfig;
  /** As `cdk` takes it: `-c`, `stage=dev`, `-c`, … */
  readonly context: readonly string[];
  readonly yes: boolean;
}

/** Reads `--stage`, `--yes` and any `-c key=value`; refuses the stage that `npm start` runs. */
export function readArguments(argv: readonly string[], usage: string): CommandArguments {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        stage: { type: 'string' },
        yes: { type: 'boolean', default: false },
        context: { type: 'string', short: 'c', multiple: true, default: [] },
      },
    });
    if (!values.stage) throw new Error('Which stage?');
    const pairs = [`stage=${values.stage}`, ...values.context];
    const given = new Map(pairs.map((pair) => [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)]));
    const kept = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context ?? {};
    const stage = stageConfig((key) => given.get(key) ?? kept[key]);
    if (stage.name === 'local') throw new Error('Stage local runs on this machine: use npm start.');
    return { stage, context: pairs.flatMap((pair) => ['-c', pair]), yes: values.yes };
  } catch (error) {
    throw new DeployProblem(`${(error as Error).message}\nUsage: ${usage}`);
  }
}
