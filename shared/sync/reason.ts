import type { Problem } from '../problems/problem.ts';

/** Why a change cannot be made, in one line: the failed fields where there are some. */
export function reasonOf({ fields, message }: Problem): string {
  return fields?.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; ') ?? message;
}
