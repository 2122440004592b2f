import { expect } from 'vitest';
import type { ProblemCode } from '../../shared/problems/catalogue.ts';
import type { Invocation } from '../support/invoke.ts';
import type { Asked, World } from './world.ts';

/** One call of a route and its expected response. */
export interface Call {
  readonly title: string;
  readonly call: Asked | ((world: World) => Promise<Asked>);
  readonly answers: number | readonly [status: number, code: ProblemCode];
  /** Headers or members of the body that the response must have. */
  readonly headers?: Record<string, unknown>;
  readonly body?: Record<string, unknown>;
}

export const text = expect.any(String);

export const row = (title: string, call: Call['call'], answers: Call['answers'], more: Partial<Call> = {}): Call => ({
  title,
  call,
  answers,
  ...more,
});

/** Rows of the routes that write a geofence or a part of it with the same fields. */
export function fieldRows(invalid: 400 | 422, call: (world: World, body: object) => Promise<Invocation>): Call[] {
  const refused = (title: string, body: object, type: string, field: string) =>
    row(title, (world) => call(world, body), [invalid, 'VALIDATION_ERROR'], {
      body: { detail: [{ type, loc: ['body', field], msg: text }] },
    });
  return [
    refused('latitude out of range', { latitude: 91, longitude: 0 }, 'too_large', 'latitude'),
    refused('an empty name', { name: '' }, 'too_short', 'name'),
    refused('a name of 256 characters', { name: 'n'.repeat(256) }, 'too_long', 'name'),
    refused('a trigger in another case', { triggerOn: 'Enter' }, 'enum', 'triggerOn'),
    refused('a radius of 1.5', { radiusMeters: 1.5 }, 'type_error', 'radiusMeters'),
    refused('metadata above 16 KB', { metadata: { a: 'x'.repeat(16 * 1024) } }, 'too_long', 'metadata'),
    refused('21 tags', { tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, 'too_long', 'tags'),
    row(
      'an unusable geometry',
      (world) => call(world, { geometry: { type: 'Polygon', coordinates: [] } }),
      [invalid, 'VALIDATION_ERROR'],
      {
        body: { detail: 'Invalid geometry format', details: { reason: 'empty', hint: text } },
      },
    ),
  ];
}
