import type { JsonObject } from '../json/exact.ts';

/** A submission as the file writers receive it. */
export interface Filled {
  readonly id: string;
  readonly formId: string;
  /** Milliseconds since 1970. */
  readonly collectedAt: number;
  readonly receivedAt: number;
  readonly submittedBy: string;
  readonly deviceId: string | null;
  /** The number of the version that it was filled into. */
  readonly num: number;
  readonly data: JsonObject;
  /** The ids of the media files that were uploaded for it. */
  readonly media: ReadonlySet<string>;
}
