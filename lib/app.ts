import { App, CfnResource, Stack, Tags, Validations } from 'aws-cdk-lib';
import { CfnFunction, type Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { type AreaName, areaNames, groupsOf, homeOf } from './areas.ts';
import { type Catalogue, orderedWorkers } from './catalogue.ts';
import { stageConfig } from './config.ts';
import type { Deployment } from './deployment.ts';
import { routeComplaints, stackComplaints } from './limits.ts';
import { namesOf } from './names.ts';
import { ApiStack } from './stacks/api.ts';
import { DataStack } from './stacks/data.ts';
import { EndpointsStack } from './stacks/endpoints.ts';
import { FrontDoorStack } from './stacks/front-door.ts';
import { MonitoringStack } from './stacks/monitoring.ts';
import { WorkersStack } from './stacks/workers.ts';

export interface AppProps {
  readonly catalogue: Catalogue;
  /** The bundle of an endpoint or worker, by its file name. */
  readonly code: (name: string) => Code;
  /** As the command line would give it; for tests. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly outdir?: string;
}

/** Builds every stack of one stage: data, then workers, then each area's API and endpoints, then what looks at them. */
export function createApp({ catalogue, code, context, outdir }: AppProps): App {
  const app = new App({ ...(context ? { context: { ...context } } : {}), ...(outdir ? { outdir } : {}) });
  const stage = stageConfig((key) => app.node.tryGetContext(key));
  const deployment: Deployment = { stage, names: namesOf(stage.name, orderedWorkers(catalogue)), code };
  const { endpoints, workers, fallback, atDeployment } = catalogue;

  const data = new DataStack(app, { deployment, atDeployment });
  const working = new WorkersStack(app, { deployment, workers, mainStreamArn: data.mainStreamArn });
  working.addStackDependency(data);

  const apis = new Map<AreaName, ApiStack>();
  const groups: EndpointsStack[] = [];
  for (const area of areaNames.filter((area) => area === 'core' || endpoints.some(inArea(area)))) {
    const apiStack = new ApiStack(app, { deployment, area, fallback });
    // Queues are found by name, so only this order says that they exist before anyone sends to them.
    apiStack.addStackDependency(working);
    apis.set(area, apiStack);
    for (const group of groupsOf(area)) {
      const own = endpoints.filter(({ route }) => homeOf(route.path).group === group);
      if (own.length > 0)
        groups.push(new EndpointsStack(app, { deployment, group, api: apiStack.api, endpoints: own }));
    }
  }
  new MonitoringStack(app, { deployment, apis, workers }).addStackDependency(working);
  if (stage.frontDoor === 'cloudfront') {
    const frontDoor = new FrontDoorStack(app, { deployment, apis });
    // It stops sending an old secret only when no function asks for it any more.
    for (const group of groups) frontDoor.addStackDependency(group);
  }

  Tags.of(app).add('application', 'hexfence');
  Tags.of(app).add('stage', stage.name);
  check(app, catalogue);
  return app;
}

function inArea(area: AreaName) {
  return ({ route }: Catalogue['endpoints'][number]) => homeOf(route.path).area === area;
}

const referencesIn = (resolved: unknown) => JSON.stringify(resolved).match(/\{\{resolve:/g) ?? [];

/** Refuses a synth that AWS would refuse later, and one that cdk-nag has something unexplained to say about. */
function check(app: App, { endpoints }: Catalogue): void {
  const paths = endpoints.map(({ route }) => route.path);
  app.node.addValidation({ validate: () => [...routeComplaints(paths)] });
  for (const stack of app.node.children.filter(Stack.isStack)) {
    const group = stack instanceof EndpointsStack ? { group: stack.group } : {};
    stack.node.addValidation({
      validate() {
        const all = stack.node.findAll();
        const resources = all.filter(CfnResource.isCfnResource).length;
        const functions = all.filter((one) => one instanceof CfnFunction);
        const references = functions.flatMap(({ environment }) => referencesIn(stack.resolve(environment))).length;
        return [...stackComplaints({ name: stack.stackName, resources, references, ...group }, paths)];
      },
    });
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}
