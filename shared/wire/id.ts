import * as z from 'zod';

/** Ids in requests, which callers may spell in any letter case. */

/** UUIDs, and the 64 hex digits of a certificate. */
const idForm = /(?<![\da-f-])(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{64})(?![\da-f-])/gi;

/** A text with the ids in it as the server writes them: `user_550E8400-…` is `user_550e8400-…`. */
export const lowerIds = (text: string): string => text.replace(idForm, (id) => id.toLowerCase());

/** An id, or what holds one: what has another form is the id of nothing. */
export const givenId = (most = 128) => z.string().min(1).max(most).transform(lowerIds);

/** The id or the slug of a workspace; neither has capitals. */
export const workspaceName = () => z.string().max(63).toLowerCase();
