import * as z from 'zod';
import { defineMessage, type MessageOf, type OrderInLine } from '../queue/message.ts';
import { asTenantReference, type TenantReference } from '../tenancy/tenant.ts';

/**
 * The jobs of a lane run one after the other, those of different lanes in parallel. One lane is for the data of
 * devices, the other for submissions of forms.
 */
export const lanes = ['tables', 'forms'] as const;
export type Lane = (typeof lanes)[number];

const tenant = z.string().transform(asTenantReference);

/** Asks to continue the oldest job of a lane that has not ended. */
export const ExportMessage = defineMessage('exports/run', z.object({ tenant, lane: z.enum(lanes) }));
export type ExportMessage = MessageOf<typeof ExportMessage>;

/** @param name messages of the same name are delivered once */
export function exportRequest(tenant: TenantReference, lane: Lane, name: string): OrderInLine {
  return { ...ExportMessage.order({ tenant, lane }), group: `${tenant}-${lane}`, name };
}

/** Asks to check whether the jobs of a lane make progress. */
export const WatchMessage = defineMessage('exports/watch', z.object({ tenant, lane: z.enum(lanes) }));
export type WatchMessage = MessageOf<typeof WatchMessage>;

/** Asks to remove what a deleted job has stored: its files, and an unfinished upload. */
export const RemoveFilesMessage = defineMessage(
  'exports/remove-files',
  z.object({
    tenant,
    /** Keys of files. */
    files: z.array(z.string()),
    upload: z.object({ key: z.string(), uploadId: z.string() }).optional(),
  }),
);
export type RemoveFilesMessage = MessageOf<typeof RemoveFilesMessage>;
