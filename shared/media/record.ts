import type { DueFields } from '../due/due.ts';

/** Files of submissions as rows. */

/**
 * `uploading`: there is a link to upload it. `waiting`: it is uploaded, and its submission has not come yet. `linked`:
 * it is a file of a submission. `same`: its bytes were stored before, under another id. `expired`: it was not uploaded
 * in time. `removed`: nobody can read it any more, and a worker removes what is left of it.
 */
export type MediaState = 'uploading' | 'waiting' | 'linked' | 'same' | 'expired' | 'removed';

/** The facts about a file. */
export interface MediaFacts {
  /** The field as the caller names it: `photo`, in a repeat `members[2].photo`. */
  readonly fieldId: string;
  readonly filename: string;
  /** The detected type; while it is being uploaded, the declared one. */
  readonly contentType: string;
  readonly bytes: number;
  /** In hexadecimal; empty while it is being uploaded. */
  readonly sha256: string;
  /** `https://<host>` of the API, as the sender saw it. */
  readonly origin: string;
  /** Which copy of its upload it is (`mediaFiles.pending`); absent for a file that came with its request. */
  readonly copy?: string;
}

/** The record of a file. While something has to be done about it, now or later, the row is due. */
export interface MediaRow extends MediaFacts, Partial<DueFields> {
  readonly id: string;
  readonly localUuid: string;
  readonly state: MediaState;
  /** The user who sent it; absent for keys. */
  readonly userId?: string;
  /** True if there was a link to upload it. */
  readonly hasLink?: true;
  /** True if it may become a file of this user's submissions only. */
  readonly ownOnly?: true;
  /** The end of the state, in milliseconds since 1970: of the upload, the wait or the record. Absent once linked. */
  readonly expiresAt?: number;
  /** Of a linked file: its submission, the form, and the user who submitted it; the user is absent for keys. */
  readonly submissionId?: string;
  readonly formId?: string;
  readonly ownerId?: string;
  /** The id of the file with the same bytes. */
  readonly sameAs?: string;
  /** When its object was copied to the key of a linked file (`mediaFiles`); absent until then. */
  readonly movedAt?: number;
  /** True once the original object is removed. Links to it may be open until then. */
  readonly tidied?: true;
  /** Milliseconds since 1970. */
  readonly removedAt?: number;
}

/** A file that waits for its submission. */
export interface WaitingRow {
  /** The owner and the slot. */
  readonly sk: string;
  readonly mediaId: string;
}

/**
 * A file of a submission. Its partition contains the files of the submission, in the order of their fields; those of a
 * repeat are in the order of its rows. See `linksOf`.
 */
export interface LinkRow extends MediaFacts {
  /** The slot. */
  readonly sk: string;
  readonly mediaId: string;
  /** The path of its id in the data: `['household', 'members', 2, 'photo']`. */
  readonly at: readonly (string | number)[];
}
