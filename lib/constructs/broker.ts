import { CfnOutput, CustomResource, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { workerUses } from '../../shared/http/uses.ts';
import type { NamedDeploymentWorker } from '../catalogue.ts';
import type { Deployment } from '../deployment.ts';
import { devicePolicy } from './device-policy.ts';
import { HouseFunction } from './house-function.ts';

export interface BrokerProps {
  readonly deployment: Deployment;
  readonly atDeployment: readonly NamedDeploymentWorker[];
}

const finderName = 'broker/find-address';
const timeoutSeconds = 30;

/**
 * The policy of devices, and the address of the broker. The address differs from account to account and CloudFormation
 * has no attribute for it, so a function of ours reads it during the deployment.
 */
export class Broker extends Construct {
  constructor(scope: Construct, id: string, props: BrokerProps) {
    super(scope, id);
    const { stage, names } = props.deployment;
    new CfnPolicy(this, 'DevicePolicy', {
      policyName: names.devicePolicy,
      policyDocument: devicePolicy(this),
    });
    const value = stage.brokerAddress ?? this.findAddress(props);
    if (!stage.brokerAddress) {
      new StringParameter(this, 'Address', {
        parameterName: names.brokerAddress,
        description: 'Where devices find the broker.',
        stringValue: value,
      });
    }
    new CfnOutput(scope, 'BrokerAddress', { value });
  }

  private findAddress({ deployment, atDeployment }: BrokerProps): string {
    const named = atDeployment.find(({ name }) => name === finderName);
    if (!named) throw new Error(`functions/workers.ts has no "${finderName}", which asks for the broker's address.`);
    const { name, worker } = named;
    const finder = new HouseFunction(this, 'Finder', {
      deployment,
      name,
      description: worker.summary,
      memoryMegabytes: worker.memoryMegabytes ?? 512,
      timeoutSeconds: worker.timeoutSeconds ?? timeoutSeconds,
      uses: workerUses(worker),
      // AWS has no resource for this action.
      sourceStatements: [new PolicyStatement({ actions: ['iot:DescribeEndpoint'], resources: ['*'] })],
    });
    const found = new CustomResource(this, 'Found', {
      resourceType: 'Custom::BrokerAddress',
      serviceToken: finder.fn.functionArn,
      serviceTimeout: Duration.seconds(2 * timeoutSeconds),
    });
    return found.getAttString('address');
  }
}
