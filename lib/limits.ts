import { groupsOf, homeOf, segmentOf } from './areas.ts';

/**
 * The two walls that CloudFormation and HTTP APIs put around an application that grows one endpoint at a time, checked at
 * synth with room to spare: an API holds 300 routes and 300 integrations, a stack 500 resources, and neither can be
 * raised. Past these counts the next step is to move a wall, and it is easier planned than met in a failed deployment.
 */
export const limits = { routesPerApi: 280, resourcesPerStack: 400 } as const;

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

function largest(counts: ReadonlyMap<string, number>): string {
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} (${count})`)[0] ?? 'none';
}

/** Complaints about APIs with too many routes; each route is one integration as well. */
export function routeComplaints(paths: readonly string[]): readonly string[] {
  return [...countBy(paths, (path) => homeOf(path).area)]
    .filter(([, count]) => count > limits.routesPerApi)
    .map(([area, count]) => {
      const groups = countBy(
        paths.filter((path) => homeOf(path).area === area),
        (path) => homeOf(path).group,
      );
      return (
        `The ${area} API has ${count} routes, over ${limits.routesPerApi} of the 300 that AWS allows. ` +
        `Next wall to move: add an area to lib/areas.ts and give it the segments that are not deployed yet; ` +
        `the largest group is ${largest(groups)}.`
      );
    });
}

/** Complaints about one stack with too many resources. */
export function resourceComplaints(
  stack: { readonly name: string; readonly group?: string; readonly resources: number },
  paths: readonly string[],
): readonly string[] {
  if (stack.resources <= limits.resourcesPerStack) return [];
  const own = paths.filter((path) => homeOf(path).group === stack.group);
  const hint = own.length
    ? `add a group beside "${stack.group}" (${groupsOf(homeOf(own[0]!).area).join(', ')}) in lib/areas.ts for segments that are not deployed yet; its largest segment is ${largest(countBy(own, (path) => segmentOf(path) ?? path))}`
    : 'split it in lib/app.ts, by kind of resource that nothing refers to';
  return [
    `Stack ${stack.name} has ${stack.resources} resources, over ${limits.resourcesPerStack} of the 500 that AWS allows. Next wall to move: ${hint}.`,
  ];
}
