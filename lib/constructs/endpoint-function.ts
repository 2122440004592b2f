import { Validations } from 'aws-cdk-lib';
import { HttpMethod, HttpRoute, HttpRouteKey, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { usesOf } from '../../shared/http/uses.ts';
import { defaultTimeoutSeconds, type Endpoint } from '../catalogue.ts';
import { usualMegabytes } from '../config/memory.ts';
import type { Deployment } from '../deployment.ts';
import { HouseFunction } from './house-function.ts';

export interface EndpointFunctionProps {
  readonly deployment: Deployment;
  readonly api: IHttpApi;
  readonly endpoint: Endpoint;
  /** The name of a function that serves `$default` of this API instead of a path. */
  readonly defaultAs?: string;
}

/** API Gateway stops waiting at 30 s. A longer run costs money for an answer that nobody reads. */
const longestTimeoutSeconds = 29;

/** One endpoint: its function, its route, and API Gateway's right to call it for that route alone. */
export class EndpointFunction extends HouseFunction {
  constructor(scope: Construct, id: string, props: EndpointFunctionProps) {
    const { deployment, api, endpoint, defaultAs } = props;
    const { name, route } = endpoint;
    const timeoutSeconds = route.timeoutSeconds ?? defaultTimeoutSeconds;
    if (timeoutSeconds > longestTimeoutSeconds) {
      throw new Error(
        `${name}: timeoutSeconds ${timeoutSeconds} exceeds ${longestTimeoutSeconds}, API Gateway waits 30.`,
      );
    }
    super(scope, id, {
      deployment,
      name,
      ...(defaultAs ? { as: defaultAs } : {}),
      description: `${route.operationId}: ${route.summary}`,
      memoryMegabytes: route.memoryMegabytes ?? usualMegabytes,
      timeoutSeconds,
      uses: usesOf(route),
    });
    const integration = new HttpLambdaIntegration('Integration', this.fn);
    const key = (method: HttpMethod) => HttpRouteKey.with(route.path, method);
    const routeKey = defaultAs ? HttpRouteKey.DEFAULT : key(HttpMethod[route.method]);
    this.acknowledgeAccess(new HttpRoute(this, 'Route', { httpApi: api, routeKey, integration }));
    if (route.alsoHead) {
      const head = new HttpRoute(this, 'HeadRoute', { httpApi: api, routeKey: key(HttpMethod.HEAD), integration });
      this.acknowledgeAccess(head);
    }
  }

  private acknowledgeAccess(httpRoute: HttpRoute): void {
    Validations.of(httpRoute).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The endpoint authenticates itself: one invocation for each request instead of two, and ES256, which the JWT authorizer of HTTP APIs lacks. The security matrix tests every route with every actor.',
    });
  }
}
