import * as z from 'zod';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { HttpsUrl } from '../wire/https-url.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';

/** The address that phones call. It stands beside the pairing token in the QR code. */

const example = { server_url: 'https://your-domain.com' };

export const ServerUrlDraft = strictObject(whenMade({ server_url: HttpsUrl })).meta({ id: 'ServerUrlDraft', example });

export const ServerUrl = z
  .object({ server_url: z.string().meta({ format: 'uri' }) })
  .meta({ id: 'ServerUrl', example });

/** @param origin where the caller reached this API */
export const serverUrlOf = ({ serverUrl }: WorkspaceRow, origin: string): z.input<typeof ServerUrl> => ({
  server_url: serverUrl ?? origin,
});
