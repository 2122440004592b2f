import type { DueFields } from '../due/due.ts';

/** Files of submissions as rows. */

/**
 * `uploading`: a link to upload it was given out. `waiting`: it is there, and its submission is not. `linked`: it is a
 * file of a submission. `same`: its bytes were there already, under another id. `expired`: it was not uploaded in time.
 * `removed`: nobody sees it any more, and a worker removes what is left of it.
 */
export type MediaState = 'uploading' | 'waiting' | 'linked' | 'same' | 'expired' | 'removed';

/** What a file is. */
export interface MediaFacts {
  /** The field as the caller names it: `photo`, in a repeat `members[2].photo`. */
  readonly fieldId: string;
  readonly filename: string;
  /** The detected type; while it is being uploaded, the declared one. */
  readonly contentType: string;
  readonly bytes: number;
  /** In hexadecimal; empty while it is being uploaded. */
  readonly sha256: string;
  /** `https://<host>` of the API, as the one who sent it saw it. */
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
  /** Until when it is uploaded, waits or is remembered, in milliseconds since 1970; absent once it is linked. */
  readonly expiresAt?: number;
  /** Of a linked file: its submission, the form of that, and the user who submitted it; the last is absent for keys. */
  readonly submissionId?: string;
  readonly formId?: string;
  readonly ownerId?: string;
  /** The id of the file with the same bytes. */
  readonly sameAs?: string;
  /** When its object was copied to where those of linked files are (`mediaFiles`); absent until then. */
  readonly movedAt?: number;
  /** True once the other object is removed. Links to that one may be open until then. */
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
 * A file of a submission. Its partition holds all of them in the order of their fields, and those of a repeat in the order
 * of its rows; see `linksOf`.
 */
export interface LinkRow extends MediaFacts {
  /** The slot. */
  readonly sk: string;
  readonly mediaId: string;
  /** Where its id stands in the data: `['household', 'members', 2, 'photo']`. */
  readonly at: readonly (string | number)[];
}
