/** One HTTP API behind the front door: it gets the paths that start with one of its prefixes. */
export interface ApiRoute {
  /** `/` takes what no other route does. */
  readonly prefix: string;
  readonly apiId: string;
}

/**
 * Reads the routes from what was deployed. `ApiIdCore` takes every path; another area, `ApiIdPlatform` say, takes the
 * paths of its output `ApiPrefixesPlatform`: comma-separated, as `/api/v1/sites,/api/v1/firmware`.
 */
export function apiRoutes(outputs: Readonly<Record<string, string>>): ApiRoute[] {
  return Object.entries(outputs).flatMap(([name, apiId]) => {
    const area = /^ApiId(.+)$/.exec(name)?.[1];
    if (!area) return [];
    const prefixes = area === 'Core' ? '/' : (outputs[`ApiPrefixes${area}`] ?? '');
    return prefixes
      .split(',')
      .filter(Boolean)
      .map((prefix) => ({ prefix, apiId }));
  });
}

/** The longest prefix wins; a prefix ends where a path segment ends. */
export function findRoute(routes: readonly ApiRoute[], target: string): ApiRoute | undefined {
  const path = target.split('?', 1)[0]!;
  return routes
    .filter(({ prefix }) => prefix === '/' || path === prefix || path.startsWith(`${prefix}/`))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}
