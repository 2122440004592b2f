import { maxFileBytes, maxFormBytes, uploadEndpoint } from '../../shared/http/sent-file.ts';

/**
 * The front door's answer to a body that is larger than any function accepts. Otherwise API Gateway would answer, with
 * an error in a format of its own.
 */

export { maxFormBytes as largestBodyBytes };

export interface TooLarge {
  readonly error_code: 'FILE_TOO_LARGE' | 'PAYLOAD_TOO_LARGE';
  readonly detail: string;
  readonly details: { readonly max_bytes: number; readonly upload_url_endpoint?: string };
}

const ofFiles: TooLarge = {
  error_code: 'FILE_TOO_LARGE',
  detail: `At most ${maxFileBytes} bytes are accepted here; larger files are sent to an address of ${uploadEndpoint}.`,
  details: { max_bytes: maxFileBytes, upload_url_endpoint: uploadEndpoint },
};

const ofOthers: TooLarge = {
  error_code: 'PAYLOAD_TOO_LARGE',
  detail: `The body has more than ${maxFileBytes} bytes.`,
  details: { max_bytes: maxFileBytes },
};

/** The answers by path; `others` is for all other paths. */
export const tooLarge = { '/api/v1/media/upload': ofFiles, others: ofOthers } as const;
