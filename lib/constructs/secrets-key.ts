import { Key } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { keepInProduction } from './removal.ts';

/**
 * The key that encrypts the data keys of workspaces, with which their secrets are encrypted. AWS replaces its material
 * each year and keeps the old, so what was encrypted stays readable.
 */
export class SecretsKey extends Construct {
  constructor(scope: Construct, id: string, { stage, names }: Deployment) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      alias: names.secretsKeyAlias,
      description: `Encrypts the data keys of the workspaces of hexfence ${stage.name}.`,
      enableKeyRotation: true,
      removalPolicy: keepInProduction(stage),
    });
    new StringParameter(this, 'KeyArn', {
      parameterName: names.secretsKey,
      description: 'The key that encrypts the data keys of workspaces.',
      stringValue: key.keyArn,
    });
  }
}
