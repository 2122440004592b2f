import { isAnswered } from '../forms/operators.ts';
import { type Family, fieldTypes, isFieldType } from '../forms/types.ts';
import { isJsonObject, type JsonObject } from '../json/exact.ts';
import { listOf } from './shapes.ts';

/** The fields of a form over all of its published versions: what the columns of a table are, and where values stand. */

export interface SheetField {
  readonly id: string;
  readonly label: string;
  readonly family: Family;
  /** The repeat that it is in. */
  readonly repeat: string | undefined;
  /**
   * The ids of the groups around it, from the submission or from the row of its repeat down. A version may have moved
   * it to another group; ids are unique in a version, so a value stands at one of these places only.
   */
  readonly paths: readonly (readonly string[])[];
}

/** Fields in the order of the newest version, followed by those that it no longer has. */
export interface Layout {
  /** All fields with a value outside of repeats, and the repeats themselves. */
  readonly fields: readonly SheetField[];
  readonly repeats: readonly SheetField[];
  /** The fields of a repeat. */
  fieldsOf(repeat: string): readonly SheetField[];
}

/** All fields, including those in repeats. */
export const allFields = ({ fields, repeats, fieldsOf }: Layout): SheetField[] => [
  ...fields,
  ...repeats.flatMap(({ id }) => fieldsOf(id)),
];

const spatial: readonly Family[] = ['geopoint', 'geotrace', 'route'];
export const isSpatial = ({ family }: SheetField): boolean => spatial.includes(family);

interface Place {
  readonly repeat: string | undefined;
  readonly path: readonly string[];
}

/** Takes in one published schema after the other, the newest first. Published schemas are sound. */
export class LayoutReader {
  readonly #fields = new Map<string, SheetField & { readonly paths: (readonly string[])[] }>();

  add(schema: JsonObject): void {
    this.#addLevel(schema, { repeat: undefined, path: [] });
  }

  #addLevel({ fields }: JsonObject, place: Place): void {
    for (const field of listOf(fields)) this.#addField(field, place);
  }

  #addField(field: JsonObject, { repeat, path }: Place): void {
    const { id, type, label } = field;
    if (typeof id !== 'string' || !isFieldType(type)) return;
    const family = fieldTypes[type];
    if (family === 'group') return this.#addLevel(field, { repeat, path: [...path, id] });
    if (family === 'none') return;
    const known = this.#fields.get(id);
    if (!known) {
      const shown = typeof label === 'string' && label.trim() !== '' ? label : id;
      this.#fields.set(id, { id, label: shown, family, repeat, paths: [path] });
    } else if (!known.paths.some((one) => one.join('\n') === path.join('\n'))) known.paths.push(path);
    if (family === 'repeat') this.#addLevel(field, { repeat: id, path: [] });
  }

  get layout(): Layout {
    const all = [...this.#fields.values()];
    const byRepeat = Map.groupBy(all, ({ repeat }) => repeat);
    return {
      fields: byRepeat.get(undefined) ?? [],
      repeats: all.filter(({ family }) => family === 'repeat'),
      fieldsOf: (id) => byRepeat.get(id) ?? [],
    };
  }
}

/**
 * The value of a field; undefined if it is unanswered.
 *
 * @param holder the data of a submission, or a row of the repeat that the field is in
 */
export function answerOf(holder: JsonObject, { id, paths }: SheetField): unknown {
  for (const path of paths) {
    let at: unknown = holder;
    for (const step of [...path, id]) at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (isAnswered(at)) return at;
  }
  return undefined;
}

/** The rows of a repeat. One that is not an object has no answers. */
export function rowsOf(data: JsonObject, repeat: SheetField): readonly JsonObject[] {
  const rows = answerOf(data, repeat);
  return Array.isArray(rows) ? rows.map((row) => (isJsonObject(row) ? row : {})) : [];
}
