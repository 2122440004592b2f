import type { JsonObject } from './tidy.ts';

const description = `
Hexfence is a location platform that you run in your own AWS account: geofences, the devices that move through them,
the data that people and sensors collect in the field, and the events that follow.

**Credentials.** Send an API key or a user's access token as \`X-API-Key\` or as \`Authorization: Bearer\`; either header
carries either kind. Each operation names the scope it needs (\`x-required-scope\`).

**Errors** are \`{ detail, error_code, details?, request_id }\`; ask for \`application/problem+json\` to get them as
RFC 9457. Branch on \`error_code\`, which is stable, never on \`detail\`. Each code has a page at
\`/docs/errors/{error_code}\`.

**Requests are read strictly.** Fields and query parameters that an operation does not know are refused by name, but for
parameters that begin with \`_\` or \`utm_\`. \`null\` is as good as absent where something is made; in a \`PATCH\` it
returns the field to its default. Free objects (\`metadata\`, \`action\`) come back as sent, numbers with all of their
digits. Ids may be in any letter case.

**Answers may grow.** Fields and enum values can be added at any time.
`.trim();

export const info = (version: string): JsonObject => ({
  title: 'Hexfence API',
  version,
  description,
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
});

/** The description in the document for OGC API clients, which do not need the rest of the API. */
export const featuresInfo = (version: string): JsonObject => ({
  ...info(version),
  title: 'Hexfence OGC API Features',
  description: 'The geofences of a workspace as OGC API Features, for maps and GIS; read-only.',
});

/** Alternatives: one of them is enough, and each accepts both kinds of credential. */
export const securitySchemes = {
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'An API key, `hx_live_…`.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token from `/auth/login`, a device token, or an API key.',
  },
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'An API key as the password, with any user name. Only for paths under `/ogc`.',
  },
} satisfies Record<string, JsonObject>;
