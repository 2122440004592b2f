import { groupsOf, homeOf, segmentOf } from './areas.ts';

/**
 * The limits of CloudFormation and HTTP APIs for an application that grows one endpoint at a time. They are checked at
 * synth, with a margin: an API holds 300 routes and 300 integrations, a stack 500 resources and 60 references to
 * secrets, and none of these can be raised. Beyond the counts below, the application has to be divided differently,
 * which is easier to plan now than after a failed deployment.
 */
export const limits = { routesPerApi: 280, resourcesPerStack: 400, referencesPerStack: 55 } as const;

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
        `Next step: add an area to lib/areas.ts and give it the segments that are not deployed yet; ` +
        `the largest group is ${largest(groups)}.`
      );
    });
}

interface StackCounts {
  readonly name: string;
  readonly group?: string;
  readonly resources: number;
  /** `{{resolve:…}}`: one per function, for the secret that front door and API share. */
  readonly references: number;
}

/** Complaints about one stack that holds too much. */
export function stackComplaints(stack: StackCounts, paths: readonly string[]): readonly string[] {
  const walls = [
    { what: 'resources', count: stack.resources, most: limits.resourcesPerStack, allowed: 500 },
    { what: 'references to secrets', count: stack.references, most: limits.referencesPerStack, allowed: 60 },
  ];
  return walls
    .filter(({ count, most }) => count > most)
    .map(
      ({ what, count, most, allowed }) =>
        `Stack ${stack.name} has ${count} ${what}, over ${most} of the ${allowed} that AWS allows. Next step: ${wayOut(stack, paths)}.`,
    );
}

function wayOut({ group }: StackCounts, paths: readonly string[]): string {
  const own = paths.filter((path) => homeOf(path).group === group);
  if (own.length === 0) return 'split it in lib/app.ts, by kind of resource that nothing refers to';
  const groups = groupsOf(homeOf(own[0]!).area).join(', ');
  const segments = countBy(own, (path) => segmentOf(path) ?? path);
  return `add a group beside "${group}" (${groups}) in lib/areas.ts for segments that are not deployed yet; its largest segment is ${largest(segments)}`;
}
