import type { Family, FieldType } from './types.ts';

/** A form's schema after it was read: every id is resolved, every pattern compiled, every rule known to be sound. */
export interface Schema {
  readonly title: string;
  readonly fields: Level;
  /** All fields, in an order in which each follows those that its visibility and its value depend on. */
  readonly order: readonly Field[];
  /** All fields by id. */
  readonly byId: ReadonlyMap<string, Field>;
}

/** The fields of a form, a group or a repeat. */
export interface Level {
  readonly all: readonly Field[];
  readonly byId: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly id: string;
  readonly type: FieldType;
  readonly family: Family;
  /** Its place among the values of a submission. */
  readonly index: number;
  readonly label: string | undefined;
  readonly required: boolean;
  readonly options: ReadonlySet<string> | undefined;
  readonly rules: Rules;
  readonly within: Within | undefined;
  /** The group or repeat that it is in. */
  readonly parent: Field | undefined;
  /** The repeat that it is in, at any depth; a repeat is not in itself. */
  readonly repeat: Field | undefined;
  /** Set once all fields are known. */
  fields: Level | undefined;
  visibleIf: Condition | undefined;
  requiredIf: Condition | undefined;
  calculate: Expression | undefined;
}

/** The rules of `validation`. Bounds of dates and times are numbers; see `moments.ts`. */
export interface Rules {
  readonly min?: number;
  readonly max?: number;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly pattern?: Pattern;
  readonly min_selected?: number;
  readonly max_selected?: number;
  readonly min_items?: number;
  readonly max_items?: number;
  readonly max_accuracy?: number;
  readonly message?: string;
  /** The bounds as they were written, for messages. */
  readonly shown: Readonly<Record<string, unknown>>;
}

/** A pattern whose search takes time proportional to the text. */
export interface Pattern {
  readonly source: string;
  test(text: string): boolean;
}

/** Where a point must be. Exactly one of the first three is set. */
export interface Within {
  readonly geofenceId: string | undefined;
  readonly tag: string | undefined;
  readonly groupName: string | undefined;
  readonly mode: 'reject' | 'flag';
  readonly maxDistanceMeters: number;
  readonly useAccuracy: boolean;
}

export type Scalar = string | number | boolean;

export type Compare = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'contains';

export type Condition =
  | { readonly op: Compare; readonly field: Field; readonly value: Scalar }
  | { readonly op: 'in'; readonly field: Field; readonly value: ReadonlySet<Scalar> }
  | { readonly op: 'answered'; readonly field: Field; readonly value: boolean }
  | { readonly op: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly op: 'not'; readonly of: Condition };

export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'round' | 'concat';

export type Expression =
  | { readonly op: 'value'; readonly value: Scalar | null }
  | { readonly op: 'field' | 'sum' | 'count'; readonly field: Field }
  | { readonly op: Arithmetic; readonly args: readonly Expression[] }
  | { readonly op: 'if'; readonly test: Condition; readonly yes: Expression; readonly no: Expression }
  | { readonly op: 'today' };
