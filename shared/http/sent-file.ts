import * as z from 'zod';
import { maxBodyBytes } from './body.ts';

/** Files that are sent in forms. The parser of forms is in `form.ts`, since few bundles need it. */

/** A file of a form. */
export interface SentFile {
  /** As the caller names it, without folders; empty if it has no name. */
  readonly filename: string;
  readonly bytes: Buffer;
}

/** The field of a form that holds the file. */
export const sentFile = () =>
  z
    .custom<SentFile>((value) => typeof value === 'object' && value !== null && 'bytes' in value, {
      error: 'Should be a file',
      params: { type: 'type_error' },
    })
    .meta({ override: { type: 'string', format: 'binary' } });

/** The largest file of a form. A function takes no larger body: 6 MB in base64. */
export const maxFileBytes = maxBodyBytes;
/** The largest form: its file, and 64 KiB for the rest. A body that a function cannot take never gets here. */
export const maxFormBytes = maxFileBytes + 64 * 1024;
/** Where larger files go. */
export const uploadEndpoint = '/api/v1/media/uploads';
