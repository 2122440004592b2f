import type { Problem } from './problem.ts';

/** The reason of a refusal in one line: the failed fields, if there are any. */
export function reasonOf({ fields, message }: Pick<Problem, 'fields' | 'message'>): string {
  return fields?.map(({ loc, msg }) => [loc.slice(1).join('.'), msg].filter(Boolean).join(': ')).join('; ') ?? message;
}
