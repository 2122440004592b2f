import { closest } from '../shared/wire/closest.ts';

/**
 * The sentence for an unknown name: `There is no stage "prd"; did you mean "prod"?`, or the list of names if none is
 * similar.
 *
 * @param kind the kind of name, such as `stage`
 */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return `There is no ${kind} "${name}"; ${meant ? `did you mean "${meant}"?` : `choose one of ${known.join(', ')}.`}`;
}
