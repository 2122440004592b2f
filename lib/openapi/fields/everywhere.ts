import type { FieldTexts } from './field-texts.ts';

/** Names that mean the same in every resource. Tables of a resource come first. */
export const everywhere: readonly FieldTexts[] = [
  {
    texts: {
      id: 'UUID, made by the server.',
      tenantId: 'Id of the workspace.',
      workspace_id: 'Id of the workspace.',
      createdAt: 'When it was created; UTC.',
      created_at: 'When it was created; UTC.',
      updatedAt: 'When it was last changed; UTC.',
      updated_at: 'When it was last changed; UTC.',
      created_by: '`user_<id>`, `key_<id>` or `system`.',
      version: 'Begins at 1 and rises by 1 with each change. `If-Match` compares it.',
      data: 'The items of this page.',
      limit: 'Items on a page: 1 to 200; 50 if absent.',
      latitude: 'Degrees north of the equator, −90 to 90; WGS 84.',
      longitude: 'Degrees east of Greenwich, −180 to 180; WGS 84.',
      lat: 'Degrees north of the equator, −90 to 90; null if no place was found.',
      lng: 'Degrees east of Greenwich, −180 to 180; null if no place was found.',
      metadata: 'Any JSON object of yours, up to 16 KB; returned as sent. `{}` if absent.',
      email: 'E-mail address, up to 254 characters; letter case does not count.',
      token: 'The token of the mail; it can be used once.',
      currency: 'ISO 4217, such as `EUR`.',
      geofenceId: 'Id of the geofence.',
      geofenceName: 'Name of the geofence.',
      customerId: 'Your reference, up to 256 characters. The answer repeats it; null if absent.',
      message: 'A sentence for people.',
      url: 'Address to which to send the browser.',
      externalId: 'Your own id, 1 to 128 characters; unique in the workspace, compared exactly.',
      tags: 'Up to 20, compared exactly; duplicates are removed. `[]` if absent.',
      plan: 'The plan of the workspace.',
    },
  },
];
