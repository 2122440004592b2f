/**
 * A living session is an attribute of its user's row, `s<session id>`, whose value is the session's end in milliseconds
 * since 1970. So the resolver needs one conditional write of that row, and one write can end any number of sessions.
 */

/** Seven days from sign-in; a refresh does not extend this. */
export const sessionSeconds = 604_800;

const sessionId = /^s([0-9A-Za-z]{20})$/;

export const sessionAttribute = (id: string): string => `s${id}`;

/** Sessions of a user, living or recently expired. The one that ends first comes first. */
export function sessionsOf(row: object): { readonly id: string; readonly endsAt: number }[] {
  return Object.entries(row)
    .flatMap(([name, endsAt]) => {
      const id = sessionId.exec(name)?.[1];
      return id === undefined ? [] : [{ id, endsAt: Number(endsAt) }];
    })
    .sort((a, b) => a.endsAt - b.endsAt);
}

/** Attributes of all sessions of a user, living or recently expired. */
export const sessionAttributes = (row: object): string[] => sessionsOf(row).map(({ id }) => sessionAttribute(id));
