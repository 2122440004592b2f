/**
 * The size of random and exhaustive suites, `*.thorough.test.ts`: `npm run check` runs a tenth of them (project
 * `sampled` of `vitest.config.ts`), and `npm test` all of them (project `thorough`).
 */

export const isThorough = (): boolean => process.env.THOROUGH === 'true';

/** How often a random test runs. */
export const runs = (all: number): number => (isThorough() ? all : Math.ceil(all / 10));

/** The step of a loop that lets every call of a function fail in turn. */
export const everyCall = (): number => (isThorough() ? 1 : 7);

/** All cases of a list, or every tenth of them, the first included. */
export const cases = <Case>(all: readonly Case[]): readonly Case[] =>
  isThorough() ? all : all.filter((_, i) => i % 10 === 0);
