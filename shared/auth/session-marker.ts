/**
 * A living session is one attribute of its user's row, `s<session id>`, that holds the end of its life in epoch
 * milliseconds. What the resolver's one write asks is thus on the row that it writes, and one write ends any number of
 * sessions.
 */

/** Seven days from sign-in, whatever is refreshed meanwhile. */
export const sessionSeconds = 604_800;

const sessionId = /^s([0-9A-Za-z]{20})$/;

export const sessionAttribute = (id: string): string => `s${id}`;

/** Living and lately expired sessions of a user, oldest end first. */
export function sessionsOf(row: object): { readonly id: string; readonly endsAt: number }[] {
  return Object.entries(row)
    .flatMap(([name, endsAt]) => {
      const id = sessionId.exec(name)?.[1];
      return id === undefined ? [] : [{ id, endsAt: Number(endsAt) }];
    })
    .sort((a, b) => a.endsAt - b.endsAt);
}

/** Attributes of all sessions of a user: living, or lately expired. */
export const sessionAttributes = (row: object): string[] => sessionsOf(row).map(({ id }) => sessionAttribute(id));
