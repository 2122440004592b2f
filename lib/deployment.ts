import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { StageConfig } from './config.ts';
import type { Names } from './names.ts';

/** The values that all constructs of one deployment share. */
export interface Deployment {
  readonly stage: StageConfig;
  readonly names: Names;
  /** The bundle of an endpoint or worker, by its file name. */
  readonly code: (name: string) => Code;
}

/** The output of the front door's stack that names the origin secrets that it sends. */
export const originSecretsOutput = 'OriginSecrets';
