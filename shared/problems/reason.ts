import type { Problem } from './problem.ts';

/** Why something is refused, in one line: the failed fields where there are some. */
export function reasonOf({ fields, message }: Pick<Problem, 'fields' | 'message'>): string {
  return fields?.map(({ loc, msg }) => [loc.slice(1).join('.'), msg].filter(Boolean).join(': ')).join('; ') ?? message;
}
