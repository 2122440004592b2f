import { CfnOutput, Stack } from 'aws-cdk-lib';
import { HttpApi, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { type AreaName, segmentsOf } from '../areas.ts';
import type { Endpoint } from '../catalogue.ts';
import { EndpointFunction } from '../constructs/endpoint-function.ts';
import type { Deployment } from '../deployment.ts';
import { pascal } from '../names.ts';

export interface ApiStackProps {
  readonly deployment: Deployment;
  readonly area: AreaName;
  readonly fallback: Endpoint;
}

/**
 * The HTTP API of one area with its `$default` route. It has no CORS configuration: API Gateway would then answer
 * preflights even for unknown paths, and our code answers them in the same way on every stage. The endpoints' stacks
 * add their routes to it.
 */
export class ApiStack extends Stack {
  readonly api: IHttpApi;

  constructor(scope: Construct, { deployment, area, fallback }: ApiStackProps) {
    const { stage, names } = deployment;
    super(scope, names.stack(`${area}-api`), { terminationProtection: stage.deletionProtection });
    // The cast is needed for exactOptionalPropertyTypes: CDK's class says `string | undefined` where its interface says
    // optional.
    this.api = new HttpApi(this, 'Api', {
      apiName: `hexfence-${stage.name}-${area}`,
      createDefaultStage: false,
    }) as IHttpApi;
    new EndpointFunction(this, 'Fallback', {
      deployment,
      api: this.api,
      endpoint: fallback,
      defaultAs: `${area}-fallback`,
    });
    new CfnOutput(this, `ApiId${pascal(area)}`, { value: this.api.apiId });
    // The construct tells the front door which area serves which paths. The local gateway reads the same from the
    // outputs.
    if (area !== 'core') {
      const prefixes = segmentsOf(area).map((segment) => `/api/v1/${segment}`);
      new CfnOutput(this, `ApiPrefixes${pascal(area)}`, { value: prefixes.join(',') });
    }
  }
}
