import { type FieldFailure, Problem } from '../problems/problem.ts';
import type { FreeObject } from '../wire/free-object.ts';
import { type Bounded, boundFailures } from './bounds.ts';
import { jsonSchemaFailures } from './json-schema.ts';

/** The rules for the definition of a profile that its schema does not check. */

type Part = ({ readonly key: string } & Bounded) | { readonly name: string };

const mostFailures = 100;

/**
 * @param list the field with the parts
 * @throws SCHEMA_INVALID for parts of the same name, wrong bounds, and a `configSchema` that is not a JSON Schema
 */
export function requireDefinition(parts: readonly Part[], list: string, configSchema: FreeObject | null | undefined) {
  const failures = [
    ...parts.flatMap((part, i) => ('key' in part ? boundFailures(part, list, i) : [])),
    ...duplicates(parts, list),
    ...(configSchema ? jsonSchemaFailures(configSchema, 'body', 'configSchema') : []),
  ].slice(0, mostFailures);
  if (failures.length === 0) return;
  const detail = failures.length === 1 ? '1 field is invalid' : `${failures.length} fields are invalid`;
  throw new Problem('SCHEMA_INVALID', detail, undefined, { fields: failures });
}

function duplicates(parts: readonly Part[], list: string): FieldFailure[] {
  const seen = new Map<string, number>();
  return parts.flatMap((part, i) => {
    const [field, name] = 'key' in part ? ['key', part.key] : ['name', part.name];
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, i);
      return [];
    }
    return [{ type: 'conflict', loc: ['body', list, i, field], msg: `Is the same as in ${list}[${first}]` }];
  });
}
