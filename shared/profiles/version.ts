import * as z from 'zod';

/** Versions of profiles: `major.minor`, ordered by number. */

export const ProfileVersion = z
  .string()
  .regex(/^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/, 'Should be two numbers with a dot between them, such as "1.0"')
  .meta({ description: '`major.minor`, such as `1.2`: two numbers of up to 9 digits.' });

/** The version in a query or in a reference. One of another form is simply unknown. */
export const givenVersion = () => z.string().min(1).max(32);

const numbersOf = (version: string): readonly number[] => version.split('.').map(Number);

/** Ascending, by number: `1.9` is before `1.10`. */
export function byVersion(a: string, b: string): number {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [numbersOf(a), numbersOf(b)];
  return major - otherMajor || minor - otherMinor;
}

/** The highest version; undefined if there is none. */
export const newestOf = (versions: readonly string[]): string | undefined => versions.toSorted(byVersion).at(-1);
