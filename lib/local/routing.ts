/** One HTTP API behind the front door: it gets the paths that start with one of its prefixes. */
export interface ApiRoute {
  /** `/` matches all paths that no other route matches. */
  readonly prefix: string;
  readonly apiId: string;
}

/**
 * Reads the routes from the outputs of the deployment. `ApiIdCore` gets every path. Another area, `ApiIdPlatform` for
 * example, gets the paths of its output `ApiPrefixesPlatform`, separated by commas: `/api/v1/sites,/api/v1/firmware`.
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

/** The longest prefix wins. A prefix must end at a segment of the path. */
export function findRoute(routes: readonly ApiRoute[], target: string): ApiRoute | undefined {
  const path = target.split('?', 1)[0]!;
  return routes
    .filter(({ prefix }) => prefix === '/' || path === prefix || path.startsWith(`${prefix}/`))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}
