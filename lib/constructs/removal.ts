import { RemovalPolicy } from 'aws-cdk-lib';
import type { StageConfig } from '../config.ts';

/**
 * For resources that cannot be recreated: rows, undelivered messages, access logs. They are not kept when their own
 * creation is rolled back: they have fixed names, and a leftover would make the next attempt fail.
 */
export function keepInProduction(stage: StageConfig): RemovalPolicy {
  return stage.deletionProtection ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
