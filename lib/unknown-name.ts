import { closest } from '../shared/wire/closest.ts';

/**
 * The sentence for a name that is none: `There is no stage "prd"; did you mean "prod"?`, or what there is to choose from
 * where nothing is like it.
 *
 * @param kind what is named, as `stage`
 */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return `There is no ${kind} "${name}"; ${meant ? `did you mean "${meant}"?` : `choose one of ${known.join(', ')}.`}`;
}
