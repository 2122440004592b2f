import { readFileSync } from 'node:fs';
import { misused, readArguments } from '../command/arguments.ts';
import { type StageConfig, stageConfig } from '../config.ts';

export interface DeployArguments {
  readonly stage: StageConfig;
  /** In the form that `cdk` accepts: `-c`, `stage=dev`, `-c`, … */
  readonly context: readonly string[];
  readonly yes: boolean;
}

const options = {
  stage: { type: 'string' },
  yes: { type: 'boolean', default: false },
  context: { type: 'string', short: 'c', multiple: true },
} as const;

/** Reads `--stage`, `--yes` and any `-c key=value`; refuses the stage that `npm start` runs. */
export function readDeployArguments(usage: string, argv?: readonly string[]): DeployArguments {
  const { values, positionals } = readArguments(usage, options, argv);
  if (positionals.length > 0) throw misused(usage, `"${positionals[0]}" is no option.`);
  if (!values.stage) throw misused(usage, 'Which stage?');
  const pairs = [`stage=${values.stage}`, ...(values.context ?? [])];
  return { stage: configOf(usage, pairs), context: pairs.flatMap((pair) => ['-c', pair]), yes: values.yes };
}

function configOf(usage: string, pairs: readonly string[]): StageConfig {
  const given = new Map(pairs.map((pair) => [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)]));
  const kept = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context ?? {};
  try {
    const stage = stageConfig((key) => given.get(key) ?? kept[key], [...given.keys()]);
    if (stage.name === 'local') throw new Error('Stage local runs on this machine: use npm start.');
    return stage;
  } catch (error) {
    throw misused(usage, (error as Error).message);
  }
}
