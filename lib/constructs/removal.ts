import { RemovalPolicy } from 'aws-cdk-lib';
import type { StageConfig } from '../config.ts';

/**
 * For what cannot be made again: rows, undelivered messages, access logs. Not kept when its own creation is rolled back:
 * these have fixed names, and a leftover would make the next attempt fail.
 */
export function keepInProduction(stage: StageConfig): RemovalPolicy {
  return stage.deletionProtection ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
