import { problemsOf, statusesOf } from '../../shared/http/problems.ts';
import type { Route } from '../../shared/http/route.ts';
import { catalogue, type ProblemCode } from '../../shared/problems/catalogue.ts';
import type { Components } from './components.ts';
import { errorExample, errorSchemas, problemExample } from './error-schemas.ts';
import { everyHeader, headerRefs } from './headers.ts';
import { pascal } from './successes.ts';
import type { JsonObject } from './tidy.ts';

/** Every error response of a route, grouped by status. `examples` holds exactly the codes that are possible. */
export function problemResponses(components: Components, route: Route): Record<string, JsonObject> {
  const byStatus = new Map<number, ProblemCode[]>();
  const declared = problemsOf(route);
  for (const code of Object.keys(catalogue).filter((code): code is ProblemCode => declared.has(code as ProblemCode))) {
    for (const status of statusesOf(code, route)) byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const ordered = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(ordered.map(([status, codes]) => [status, shared(components, route, status, codes)]));
}

/** Many routes have the same errors, so each set of codes is one component, named after the codes. */
function shared(components: Components, route: Route, status: number, codes: readonly ProblemCode[]): JsonObject {
  const response = problemResponse(components, route, status, codes);
  const implied = !codes.some((code) => route.problems.includes(code));
  if (codes.length > 3 && !implied) return response;
  const names = codes.length > 3 ? ['Any'] : codes.map((code) => pascal(code.toLowerCase()));
  const access = route.scope === 'public' ? 'Public' : '';
  return components.share('responses', `${access}${names.join('Or')}${status}`, response);
}

function problemResponse(components: Components, route: Route, status: number, codes: readonly ProblemCode[]) {
  const waits = [429, 503].includes(status) || codes.includes('IDEMPOTENCY_IN_PROGRESS');
  const headers = headerRefs(components, [
    ...(waits ? (['Retry-After'] as const) : []),
    ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
    ...everyHeader(route),
  ]);
  const schemas = errorSchemas(components);
  const examples = codes.map((code) => [code, components.share('examples', code, errorExample(code))]);
  const first = codes[0]!;
  const problem = components.share('examples', `${first}_${status}_Problem`, problemExample(first, status));
  return {
    description: codes.map((code) => `\`${code}\`: ${catalogue[code].title}.`).join(' '),
    headers,
    content: {
      'application/json': { schema: schemas.Error, examples: Object.fromEntries(examples) },
      'application/problem+json': { schema: schemas.Problem, examples: { [first]: problem } },
    },
  };
}
