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
import { ApiStageStack } from './stacks/api-stage.ts';
import { DataStack } from './stacks/data.ts';
import { EndpointsStack } from './stacks/endpoints.ts';
import { FirewallStack } from './stacks/firewall.ts';
import { FrontDoorStack } from './stacks/front-door.ts';
import { MonitoringStack } from './stacks/monitoring.ts';
import { WorkersStack } from './stacks/workers.ts';
import { unknownName } from './unknown-name.ts';

export interface AppProps {
  readonly catalogue: Catalogue;
  /** The bundle of an endpoint or worker, by its file name. */
  readonly code: (name: string) => Code;
  /** The context that the command line would give; for tests. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly outdir?: string;
}

/**
 * Builds every stack of one stage: data, then workers, then each area's API and endpoints, then the front door and
 * monitoring.
 */
export function createApp({ catalogue, code, context, outdir }: AppProps): App {
  const app = new App({ ...(context ? { context: { ...context } } : {}), ...(outdir ? { outdir } : {}) });
  const stage = stageConfig((key) => app.node.tryGetContext(key));
  const deployment: Deployment = { stage, names: namesOf(stage.name, orderedWorkers(catalogue)), code };
  const { endpoints, workers, atDeployment } = catalogue;
  requireKnown(stage, catalogue);

  const data = new DataStack(app, { deployment, atDeployment });
  const working = new WorkersStack(app, { deployment, workers, mainStreamArn: data.mainStreamArn });
  working.addStackDependency(data);

  const areas = areaNames.filter((area) => area === 'core' || endpoints.some(inArea(area)));
  const apis = new Map(areas.map((area) => [area, serveArea(app, deployment, catalogue, area)]));
  for (const { apiStack } of apis.values()) {
    // Stacks find queues by name, so only this dependency makes sure that a queue exists before anything sends to it.
    apiStack.addStackDependency(working);
  }
  new MonitoringStack(app, { deployment, apis, workers }).addStackDependency(working);
  if (stage.frontDoor === 'cloudfront') openFrontDoor(app, deployment, apis);

  Tags.of(app).add('application', 'hexfence');
  Tags.of(app).add('stage', stage.name);
  check(app, catalogue);
  return app;
}

/** One area: its API, a stack of endpoints for each group, and the stage of the API, which needs all routes. */
function serveArea(app: App, deployment: Deployment, { endpoints, fallback }: Catalogue, area: AreaName) {
  const apiStack = new ApiStack(app, { deployment, area, fallback });
  const { api } = apiStack;
  const own = endpoints.filter(inArea(area));
  const apiStage = new ApiStageStack(app, { deployment, area, api, endpoints: own });
  for (const group of groupsOf(area)) {
    const grouped = own.filter(({ route }) => homeOf(route.path).group === group);
    if (grouped.length === 0) continue;
    apiStage.addStackDependency(new EndpointsStack(app, { deployment, group, api, endpoints: grouped }));
  }
  return { apiStack, api, apiStage, throttled: apiStage.throttled };
}

function openFrontDoor(app: App, deployment: Deployment, apis: ReadonlyMap<AreaName, ReturnType<typeof serveArea>>) {
  const { stage, names } = deployment;
  const frontDoor = new FrontDoorStack(app, { deployment, apis });
  // The front door is deployed last: it may stop sending an old secret only when no function asks for it any more.
  for (const { apiStage } of apis.values()) frontDoor.addStackDependency(apiStage);
  if (stage.firewall) frontDoor.addStackDependency(new FirewallStack(app, { names, firewall: stage.firewall }));
}

function inArea(area: AreaName) {
  return ({ route }: Catalogue['endpoints'][number]) => homeOf(route.path).area === area;
}

/** A reservation for an unknown name would be silently ignored. */
function requireKnown({ ceilings }: Deployment['stage'], { endpoints, fallback, workers, atDeployment }: Catalogue) {
  const names = [...endpoints, fallback, ...workers, ...atDeployment].map(({ name }) => name);
  for (const name of Object.keys(ceilings.reservedConcurrency))
    if (!names.includes(name))
      throw new Error(`Context "reservedConcurrency": ${unknownName('endpoint or worker', name, names)}`);
}

const referencesIn = (resolved: unknown) => JSON.stringify(resolved).match(/\{\{resolve:/g) ?? [];

/** Refuses a synth that AWS would refuse later, or for which cdk-nag has an unexplained finding. */
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
