import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { StageConfig } from './config.ts';
import type { Names } from './names.ts';

/** What every construct of one deployment shares. */
export interface Deployment {
  readonly stage: StageConfig;
  readonly names: Names;
  /** The bundle of an endpoint or worker, by its file name. */
  readonly code: (name: string) => Code;
}

/** The output of the front door's stack that says which origin secrets it sends. */
export const originSecretsOutput = 'OriginSecrets';
