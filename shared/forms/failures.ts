import type { FieldFailure } from '../problems/problem.ts';

export type Step = string | number;
export type Loc = readonly Step[];

/** The most failures that are reported at once. */
const most = 100;
const mostShown = 128;

/** A name as messages show it: names from callers may be as long as a body. */
export const shortened = (name: string): string => (name.length <= mostShown ? name : `${name.slice(0, mostShown)}…`);

/** Everything that is wrong with a schema or with data, up to a hundred failures. */
export class Failures {
  readonly all: FieldFailure[] = [];

  get isFull(): boolean {
    return this.all.length >= most;
  }

  add(type: string, loc: Loc, msg: string): void {
    if (!this.isFull) this.all.push({ type, loc, msg });
  }
}
