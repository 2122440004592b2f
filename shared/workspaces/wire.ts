import * as z from 'zod';
import { GeocodingGiven, GeocodingShown } from '../geocoding/settings-wire.ts';
import { geocodingDefaults } from '../tenancy/geocoding-settings.ts';
import { plans } from '../tenancy/plans.ts';
import {
  workspaceDefaults as defaults,
  tenantOf,
  type WorkspaceRow,
  type WorkspaceSettings,
} from '../tenancy/workspace-record.ts';
import { Email } from '../wire/email.ts';
import { HttpsUrl } from '../wire/https-url.ts';
import { orDefault } from '../wire/null.ts';
import { instant, printInstant, readOnly, strictObject } from '../wire/schema.ts';
import { label, prose } from '../wire/text.ts';
import { TimeZone } from '../wire/time-zone.ts';
import { slugPattern } from './slug.ts';

/** A workspace as the API shows it, and the fields that can be changed. */

/** The largest value that an owner can set; the platform's operator may set more. */
export const mostBulkItems = 1000;

const unitSystems = ['metric', 'imperial'] as const;
const days = (most: number) => z.int().min(1).max(most);

const fields = {
  name: label(120),
  slug: z
    .string()
    .regex(slugPattern, {
      message: 'Should be 2 to 63 lower-case letters, digits and hyphens, and not begin with a hyphen',
    })
    .meta({ description: 'The name of the workspace in addresses and for sign-in; unique in this deployment.' }),
  logo_url: HttpsUrl.nullable(),
  website: HttpsUrl.nullable(),
  billing_email: Email.nullable(),
  support_email: Email.nullable(),
  description: orDefault(prose(1000), defaults.description),
  timezone: orDefault(TimeZone, defaults.timezone),
  unit_system: orDefault(z.enum(unitSystems), defaults.unitSystem).meta({
    description: 'For display only: the API uses metres.',
  }),
  api_key_brand: orDefault(
    z.string().regex(/^[a-z][a-z0-9]{1,7}$/, {
      message: 'Should be 2 to 8 lower-case letters and digits, beginning with a letter',
    }),
    defaults.apiKeyBrand,
  ).meta({ description: 'The first part of API keys. Applies to keys made afterwards.' }),
  access_token_ttl_seconds: orDefault(z.int().min(300).max(86_400), defaults.accessTokenTtlSeconds).meta({
    description: 'How long access tokens live. Applies to tokens issued afterwards.',
  }),
  key_max_lifetime_days: days(3650).nullable().meta({
    description: 'Longest lifetime of an API key; null means unlimited. Applies to keys made or changed afterwards.',
  }),
  require_email_verification: orDefault(z.boolean(), defaults.requireEmailVerification).meta({
    description: 'Whether users must have verified their address before they sign in.',
  }),
  bulk_create_max_batch_size: orDefault(z.int().min(1), defaults.bulkCreateMaxBatchSize).meta({
    description: `The most items in one bulk request, up to ${mostBulkItems}. Only owners can set it; only the platform operator can set more.`,
  }),
  late_window_hours: orDefault(z.int().min(0).max(720), defaults.lateWindowHours).meta({
    description: 'How late a position may arrive and still cause transitions.',
  }),
  certificate_lifetime_days: orDefault(days(3650), defaults.certificateLifetimeDays).meta({
    description: 'Applies to device certificates issued afterwards.',
  }),
  location_retention_days: days(3650).nullable().meta({
    description:
      "How long positions and raw readings are kept. The plan's number of days is the maximum and the default.",
  }),
  media_max_bytes: orDefault(z.int().min(1_048_576).max(1_048_576_000), defaults.mediaMaxBytes).meta({
    description: 'Largest file of a submission.',
  }),
  server_url: HttpsUrl.nullable().meta({ description: 'Also `/settings/mobile/server-url`.' }),
  geocoding: GeocodingGiven,
};

type Field = keyof typeof fields;
export const fieldNames = Object.keys(fields) as Field[];

/** The fields of a body, without read-only fields. */
export type WorkspaceFields = { readonly [F in Field]?: z.output<(typeof fields)[F]> | undefined };

const served = {
  plan: readOnly(),
  environment: readOnly(),
  features: readOnly(),
  created_at: readOnly(),
  updated_at: readOnly(),
  version: readOnly(),
};

export const WorkspacePatch = strictObject({ id: readOnly(), ...z.object(fields).partial().shape, ...served }).meta({
  id: 'WorkspacePatch',
  example: { name: 'Acme', timezone: 'Europe/Madrid', access_token_ttl_seconds: 900 },
});

const url = z.string().nullable().meta({ format: 'uri' });
const email = z.string().nullable().meta({ format: 'email' });

export const Workspace = z
  .object({
    id: z.uuid(),
    name: z.string(),
    slug: z.string(),
    logo_url: url,
    website: url,
    billing_email: email,
    support_email: email,
    description: z.string(),
    timezone: z.string(),
    unit_system: z.enum(unitSystems),
    plan: z.enum(Object.keys(plans) as (keyof typeof plans)[]),
    environment: z.enum(['live', 'test']),
    features: z
      .array(z.string())
      .meta({ description: 'Features that the plan or the platform operator has switched on.' }),
    api_key_brand: z.string(),
    access_token_ttl_seconds: z.int(),
    key_max_lifetime_days: z.int().nullable(),
    require_email_verification: z.boolean(),
    bulk_create_max_batch_size: z.int(),
    late_window_hours: z.int(),
    certificate_lifetime_days: z.int(),
    location_retention_days: z.int(),
    media_max_bytes: z.int(),
    server_url: url,
    geocoding: GeocodingShown,
    created_at: instant(),
    updated_at: instant(),
    version: z.int(),
  })
  .meta({
    id: 'Workspace',
    example: {
      id: '7b1e2a4c-3f0d-7c55-9a61-2d8f4b0c1e77',
      name: 'Acme',
      slug: 'acme',
      logo_url: null,
      website: 'https://example.com/',
      billing_email: null,
      support_email: 'help@example.com',
      description: '',
      timezone: 'UTC',
      unit_system: 'metric',
      plan: 'pro',
      environment: 'live',
      features: ['BULK_IMPORT'],
      api_key_brand: 'hx',
      access_token_ttl_seconds: 86_400,
      key_max_lifetime_days: null,
      require_email_verification: false,
      bulk_create_max_batch_size: 500,
      late_window_hours: 72,
      certificate_lifetime_days: 365,
      location_retention_days: 90,
      media_max_bytes: 104_857_600,
      server_url: null,
      geocoding: { ...geocodingDefaults, countries: ['USA'], language: 'en' },
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-03-01T00:00:00Z',
      version: 4,
    },
  });

type FieldsInForce = Required<Omit<WorkspaceFields, 'location_retention_days'>> & {
  readonly location_retention_days: number;
};

/** `logo_url` is attribute `logoUrl` of the row. */
export const attributeOf = (field: Field) =>
  field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof WorkspaceSettings | 'name' | 'slug';

/** The values in force of the fields that can be changed: with defaults, and limited by the plan. */
export function fieldsOf(row: WorkspaceRow): FieldsInForce {
  const { location_retention_days: most } = plans[row.plan].limits;
  const settings = { ...defaults, ...row };
  const held = { ...settings, locationRetentionDays: Math.min(settings.locationRetentionDays ?? most, most) };
  return Object.fromEntries(fieldNames.map((field) => [field, held[attributeOf(field)]])) as FieldsInForce;
}

export function showWorkspace(row: WorkspaceRow): z.input<typeof Workspace> {
  return {
    ...(fieldsOf(row) as Omit<z.input<typeof Workspace>, 'id' | keyof typeof served>),
    id: row.id,
    plan: row.plan,
    environment: row.environment,
    features: [...tenantOf(row).features],
    created_at: printInstant(row.createdAt),
    updated_at: printInstant(row.updatedAt),
    version: row.version,
  };
}
