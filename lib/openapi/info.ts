import { guides } from './guides.ts';
import type { JsonObject } from './tidy.ts';

/** It begins with a heading: `/docs` would show headings that follow a text in a collapsed group. */
const description = guides.map(({ title, text }) => `## ${title}\n\n${text.trim()}`).join('\n\n');

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
  description:
    'Geofences, where devices are, and where submissions were made, as OGC API Features, for maps and GIS; read-only.',
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
