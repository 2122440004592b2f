import { isJsonObject } from '../json/exact.ts';
import { Answers } from './answers.ts';
import type { Field, Schema } from './schema.ts';

/** A media field as a caller names it: `photo`, in a row of a repeat `members[2].photo`. */
export interface MediaField {
  readonly field: string;
  readonly repeat?: { readonly id: string; readonly row: number };
}

/** The media fields of a submission: where its files are in its data. */
export class MediaFields {
  readonly #schema: Schema;
  readonly #data: object;
  readonly #answers: Answers;

  /**
   * @param data the data as it is stored
   * @param today the date for `today`, on which it was collected
   */
  constructor(schema: Schema, data: object, today: string) {
    [this.#schema, this.#data] = [schema, data];
    this.#answers = new Answers(schema, data, today);
  }

  /**
   * The steps to a media field: `['household', 'members', 2, 'photo']`; undefined if the form has no such field, the data
   * no such row, or if the field is hidden.
   */
  of({ field: id, repeat }: MediaField): (string | number)[] | undefined {
    const field = this.#schema.byId.get(id);
    if (field?.family !== 'media' || field.repeat?.id !== repeat?.id) return undefined;
    const steps = stepsTo(field, repeat?.row);
    if (repeat && !this.#hasRow(steps)) return undefined;
    return this.#answers.isHidden(field, repeat?.row ?? -1) ? undefined : steps;
  }

  #hasRow(steps: readonly (string | number)[]): boolean {
    let holder: unknown = this.#data;
    for (const step of steps) {
      if (typeof step === 'number') return Array.isArray(holder) && isJsonObject(holder[step]);
      holder = isJsonObject(holder) ? holder[step] : undefined;
    }
    return false;
  }
}

function stepsTo(field: Field, row: number | undefined): (string | number)[] {
  const steps: (string | number)[] = [field.id];
  for (let above = field.parent; above; above = above.parent) {
    steps.unshift(...(above === field.repeat ? [above.id, row ?? 0] : [above.id]));
  }
  return steps;
}
