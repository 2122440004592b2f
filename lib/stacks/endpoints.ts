import { Stack } from 'aws-cdk-lib';
import type { IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { Endpoint } from '../catalogue.ts';
import { EndpointFunction } from '../constructs/endpoint-function.ts';
import type { Deployment } from '../deployment.ts';
import { pascal } from '../names.ts';

export interface EndpointsStackProps {
  readonly deployment: Deployment;
  readonly group: string;
  readonly api: IHttpApi;
  readonly endpoints: readonly Endpoint[];
}

/** The endpoints of one resource group. */
export class EndpointsStack extends Stack {
  readonly group: string;

  constructor(scope: Construct, { deployment, group, api, endpoints }: EndpointsStackProps) {
    super(scope, deployment.names.stack(group));
    this.group = group;
    for (const endpoint of endpoints) {
      new EndpointFunction(this, pascal(endpoint.name), { deployment, api, endpoint });
    }
  }
}
