import * as z from 'zod';
import { keyStatuses } from '../auth/key-record.ts';
import { canonicalNetwork } from '../auth/network.ts';
import { grantableScopes, scopes } from '../auth/scopes.ts';
import { whenChanged, whenMade } from '../wire/null.ts';
import { boundedInstant, instant, readOnly, strictObject } from '../wire/schema.ts';
import { label, prose } from '../wire/text.ts';

/** API keys as the API shows them, and the bodies that make and change them. */

const nullableInstant = () => instant().nullable();

const fields = {
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  key_prefix: z.string(),
  environment: z.enum(['live', 'test']),
  scopes: z.array(z.string()).meta({ description: 'The scopes of the request; an empty list means a headless key.' }),
  effective_scopes: z.array(z.string()),
  allowed_cidrs: z
    .array(z.string())
    .meta({ description: 'Networks from which the key may be used; an empty list allows any.' }),
  rate_limit_per_hour: z
    .int()
    .nullable()
    .meta({ description: 'Requests per hour, if the key has its own limit; null means the limit of the plan.' }),
  status: z.enum(keyStatuses),
  expires_at: nullableInstant(),
  last_used_at: nullableInstant(),
  last_used_ip: z.string().nullable(),
  rotated_from: z.uuid().nullable(),
  created_by: z.string(),
  created_at: instant(),
  revoked_at: nullableInstant(),
  version: z.int(),
};

const example = {
  id: '4f2a8f6e-6c52-7d40-9a51-3f2d6c0e8b11',
  name: 'CRM sync',
  description: '',
  key_prefix: 'hx_live_8f3kQ2mXw91LpZ4TbR5tY7cN',
  environment: 'live',
  scopes: ['geofences:read', 'geofences:write'],
  effective_scopes: ['geofences:read', 'geofences:write'],
  allowed_cidrs: ['203.0.113.0/24'],
  rate_limit_per_hour: null,
  status: 'active',
  expires_at: null,
  last_used_at: '2026-03-22T09:00:00Z',
  last_used_ip: '203.0.113.9',
  rotated_from: null,
  created_by: 'user_0d0c4c1e-8a52-7d40-9a51-3f2d6c0e8b11',
  created_at: '2026-03-01T10:00:00Z',
  revoked_at: null,
  version: 1,
};

/** An API key as answers show it, without its secret. */
export const ApiKey = z.object(fields).meta({ id: 'ApiKey', example });

const key = z.string().meta({ description: 'The whole key, shown only here. Keep it: nobody can read it again.' });
const shownKey = 'hx_live_8f3kQ2mXw91LpZ4TbR5tY7cN_Zk4tV8nR1qYw6bD3fH9jL5mC2xS7pTgA0uEi4x';

/** A new key, with its secret. */
export const CreatedApiKey = z
  .object({ ...fields, key })
  .meta({ id: 'CreatedApiKey', example: { ...example, last_used_at: null, last_used_ip: null, key: shownKey } });

/** A key that replaces another, with its secret. */
export const RotatedApiKey = z
  .object({
    ...fields,
    key,
    previous_expires_at: instant().meta({ description: 'When the old key stops working.' }),
  })
  .meta({
    id: 'RotatedApiKey',
    example: {
      ...example,
      last_used_at: null,
      last_used_ip: null,
      rotated_from: '019cfbf6-5f00-7c11-a1d2-4b7f0f9e5a10',
      key: shownKey,
      previous_expires_at: '2026-03-02T10:00:00Z',
    },
  });

/** A new key as `POST /api-keys` answers it. */
export const CreatedPlainApiKey = z
  .object({ id: z.uuid(), key, scopes: z.array(z.string()), created_at: instant() })
  .meta({
    id: 'CreatedPlainApiKey',
    example: { id: example.id, key: shownKey, scopes: [], created_at: example.created_at },
  });

const network = z
  .string()
  .transform((text, context) => {
    const canonical = canonicalNetwork(text);
    if (canonical) return canonical;
    const message = 'Should be a network such as 203.0.113.0/24 or 2001:db8::/32; one address is a /32 or a /128';
    context.addIssue({ code: 'custom', message, params: { type: 'format' } });
    return z.NEVER;
  })
  .meta({ pattern: '^[0-9A-Fa-f:.]{2,45}/[0-9]{1,3}$' });

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

const given = {
  name: label(120),
  description: prose(500),
  scopes: z
    // The document lists what a key can hold; the other scopes get an answer of their own.
    .array(z.enum(scopes).meta({ override: { type: 'string', enum: grantableScopes } }))
    .max(scopes.length)
    .transform(unique)
    .meta({ description: 'An empty list makes a headless key, which may read forms and submit to them.' }),
  allowed_cidrs: z.array(network).max(20).transform(unique),
  expires_at: boundedInstant().meta({
    description:
      'In the future, and within the longest lifetime that the workspace allows for keys; by default the end of that lifetime.',
  }),
  rate_limit_per_hour: z
    .int()
    .min(1)
    .meta({ description: 'Requests per hour, up to the limit of the plan; null means the limit of the plan.' }),
};

const servedNames = [
  'id',
  'key',
  'key_prefix',
  'environment',
  'effective_scopes',
  'status',
  'last_used_at',
  'last_used_ip',
  'rotated_from',
  'created_by',
  'created_at',
  'revoked_at',
  'version',
] as const;
type Served = (typeof servedNames)[number];
const served = Object.fromEntries(servedNames.map((name) => [name, readOnly()])) as Record<
  Served,
  ReturnType<typeof readOnly>
>;

const { name, ...optional } = given;
/** All are optional, and absent if not given. */
const partial = z.object(optional).partial().shape;
/** The value to which `null` resets a field. Scopes are not among them: a key always states its scopes. */
const defaults = { description: '', allowed_cidrs: [] as string[], expires_at: null, rate_limit_per_hour: null };
const changed = { name: name.optional(), ...whenChanged(optional, defaults) };

const keyRoles = ['manager', 'editor', 'field_worker', 'viewer'] as const;

const role = z.enum(keyRoles).optional().meta({
  description:
    'A short form for the scopes of a role, as far as keys may hold them; excludes `scopes`. Without both, the key gets the scopes of an `editor`.',
});

export const ApiKeyDraft = strictObject({ ...whenMade({ name, ...partial, role }), ...served })
  .refine((draft) => draft.role === undefined || draft.scopes === undefined, {
    path: ['role'],
    message: 'Send either "scopes" or "role"',
    params: { type: 'conflict' },
  })
  .meta({
    id: 'ApiKeyDraft',
    example: { name: 'CRM sync', scopes: ['geofences:read', 'geofences:write'], allowed_cidrs: ['203.0.113.0/24'] },
  });

const { expires_at, allowed_cidrs } = partial;

export const PlainApiKeyDraft = strictObject({
  ...whenMade({ name, scopes: given.scopes.default([]), expires_at, allowed_cidrs }),
  ...served,
}).meta({ id: 'PlainApiKeyDraft', example: { name: 'Sensor Lab 3' } });

export const ApiKeyPatch = strictObject({ ...changed, ...served }).meta({
  id: 'ApiKeyPatch',
  example: { allowed_cidrs: ['203.0.113.0/24'], rate_limit_per_hour: 500 },
});

const gracePeriod = z.int().min(0).max(720).default(24).meta({ description: 'How long the old key still works.' });

export const ApiKeyRotation = strictObject(whenMade({ grace_period_hours: gracePeriod })).meta({
  id: 'ApiKeyRotation',
  example: { grace_period_hours: 24 },
});

/** The fields of a body, without read-only fields. */
export type KeyFields = Omit<z.output<typeof ApiKeyPatch>, Served>;
