import * as z from 'zod';

/** Ids in requests. Callers may write them in any letter case. */

/** UUIDs, and the 64 hexadecimal digits of a certificate. */
const idForm = /(?<![\da-f-])(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{64})(?![\da-f-])/gi;

/** A text whose ids are in the server's spelling: `user_550E8400-…` becomes `user_550e8400-…`. */
export const lowerIds = (text: string): string => text.replace(idForm, (id) => id.toLowerCase());

/** An id, or a text that contains one. A value of another form is simply an unknown id. */
export const givenId = (most = 128) => z.string().min(1).max(most).transform(lowerIds);

/** The id or the slug of a workspace; both are in lower case. */
export const workspaceName = () => z.string().max(63).toLowerCase();

/** The id of a certificate in a response: the broker's. */
export const shownFingerprint = () => z.string().meta({ pattern: '^[0-9a-f]{64}$' });
