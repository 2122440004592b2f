import { CustomResource, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { workerUses } from '../../shared/http/uses.ts';
import type { NamedDeploymentWorker } from '../catalogue.ts';
import { usualMegabytes } from '../config/memory.ts';
import type { Deployment } from '../deployment.ts';
import { tokenKeyId } from '../names.ts';
import { HouseFunction } from './house-function.ts';
import { keepInProduction } from './removal.ts';

export interface TokenKeysProps {
  readonly deployment: Deployment;
  readonly atDeployment: readonly NamedDeploymentWorker[];
}

const publisherName = 'tokens/publish-keys';
const timeoutSeconds = 30;

/**
 * The keys that sign tokens, and what functions need to know about them: each key's ARN and the set of public keys,
 * under a name that changes with the set. CloudFormation has no attribute for a public key, so one of our functions
 * reads it at the deployment.
 */
export class TokenKeys extends Construct {
  constructor(scope: Construct, id: string, props: TokenKeysProps) {
    super(scope, id);
    const { stage, names } = props.deployment;
    const { published } = stage.tokenKeys;
    const keys = published.map((generation) => this.key(props.deployment, generation));
    const publisher = this.publisher(props, keys);
    const publicKeys = new CustomResource(this, 'PublicKeys', {
      resourceType: 'Custom::TokenKeys',
      serviceToken: publisher.fn.functionArn,
      // Without this timeout, a function that cannot start would block a deployment for an hour.
      serviceTimeout: Duration.seconds(2 * timeoutSeconds),
      properties: { keys: keys.map(({ keyArn: arn }, i) => ({ kid: tokenKeyId(published[i]!), arn })) },
    });
    new StringParameter(this, 'Jwks', {
      parameterName: names.jwks(published),
      description: 'The public keys of the token keys, as a JWK set.',
      stringValue: publicKeys.getAttString('jwks'),
    });
  }

  private key({ stage, names }: Deployment, generation: number): Key {
    const key = new Key(this, `Key${generation}`, {
      alias: names.tokenKeyAlias(generation),
      description: `Signs tokens of hexfence ${stage.name}, generation ${generation}.`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: keepInProduction(stage),
    });
    new StringParameter(this, `KeyArn${generation}`, {
      parameterName: names.tokenKey(generation),
      description: 'The key that signs tokens, while it is the signer.',
      stringValue: key.keyArn,
    });
    return key;
  }

  private publisher({ deployment, atDeployment }: TokenKeysProps, keys: readonly Key[]): HouseFunction {
    const named = atDeployment.find(({ name }) => name === publisherName);
    if (!named) throw new Error(`functions/workers.ts has no "${publisherName}", which reads the public token keys.`);
    const { name, worker } = named;
    const resources = keys.map(({ keyArn }) => keyArn);
    return new HouseFunction(this, 'Publisher', {
      deployment,
      name,
      description: worker.summary,
      memoryMegabytes: worker.memoryMegabytes ?? usualMegabytes,
      timeoutSeconds: worker.timeoutSeconds ?? timeoutSeconds,
      uses: workerUses(worker),
      sourceStatements: [new PolicyStatement({ actions: ['kms:GetPublicKey'], resources })],
    });
  }
}
