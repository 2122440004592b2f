import { isWrittenNumber } from '../json/exact.ts';
import { missing, type Path, parsePath, readPath, type Scope } from './path.ts';

/** Texts with `{{paths}}` in them. A path is looked up and never run. */

/** A text in pieces: plain ones, and paths. */
export type Template = readonly (string | Path)[];

/** The text between braces is not a path. */
export class NotAPath extends Error {}

/** Something became too large when its templates were filled in. */
export class RenderingTooLarge extends Error {}

const [open, close] = ['{{', '}}'];

/** @throws NotAPath for a `{{` that is not followed by a path and `}}` */
export function parseTemplate(text: string): Template {
  const pieces: (string | Path)[] = [];
  let at = 0;
  for (let begin = text.indexOf(open); begin >= 0; begin = text.indexOf(open, at)) {
    const end = text.indexOf(close, begin + open.length);
    const inner = end < 0 ? text.slice(begin) : text.slice(begin + open.length, end).trim();
    const path = end < 0 ? undefined : parsePath(inner);
    if (!path) throw new NotAPath(inner.slice(0, 64));
    if (begin > at) pieces.push(text.slice(at, begin));
    pieces.push(path);
    at = end + close.length;
  }
  return at < text.length ? [...pieces, text.slice(at)] : pieces;
}

export const hasTemplate = (text: string): boolean => text.includes(open);

/** How much one step may render in all, in characters. */
const mostRendered = 256 * 1024;

/** Counts what the templates of one step have rendered. */
export class Budget {
  #left: number;

  constructor(characters = mostRendered) {
    this.#left = characters;
  }

  /** @throws RenderingTooLarge */
  spend(characters: number): void {
    this.#left -= characters;
    if (this.#left < 0) throw new RenderingTooLarge('The templates of this step render more than 256 KB');
  }
}

/**
 * Fills in a text. A template that is the whole text keeps the type of its value; a missing one is `missing`. Elsewhere
 * a missing value and `null` are empty, and objects and lists are JSON.
 *
 * @throws RenderingTooLarge
 */
function fillIn(text: string, scope: Scope, budget: Budget): unknown {
  if (!hasTemplate(text)) {
    budget.spend(text.length);
    return text;
  }
  const template = parseTemplate(text);
  const [only] = template;
  if (template.length === 1 && typeof only === 'object') {
    const value = readPath(scope, only);
    if (value !== missing) budget.spend(JSON.stringify(value).length);
    return value;
  }
  let filled = '';
  for (const piece of template) {
    const part = typeof piece === 'string' ? piece : printed(readPath(scope, piece));
    budget.spend(part.length);
    filled += part;
  }
  return filled;
}

function printed(value: unknown): string {
  if (value === missing || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text with its templates filled in, as text. */
export function renderText(text: string, scope: Scope, budget: Budget): string {
  return printed(fillIn(text, scope, budget));
}

/** JSON in which the templates of all texts are filled in; those of keys are not. A missing value is empty. */
export function render(value: unknown, scope: Scope, budget: Budget): unknown {
  const rendered = renderOrMissing(value, scope, budget);
  return rendered === missing ? '' : rendered;
}

/** As {@link render}, but `missing` if the value is one template that leads nowhere. */
export function renderOrMissing(value: unknown, scope: Scope, budget: Budget): unknown {
  if (typeof value === 'string') return fillIn(value, scope, budget);
  budget.spend(1);
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) return value;
  if (Array.isArray(value)) return value.map((item) => render(item, scope, budget));
  const filled: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    budget.spend(key.length);
    filled.push([key, render(item, scope, budget)]);
  }
  return Object.fromEntries(filled);
}

/** The texts in a value whose templates cannot be read, each with its place. */
export function brokenTemplates(value: unknown, at: readonly (string | number)[] = []): Broken[] {
  if (typeof value === 'string') return brokenIn(value, at);
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => brokenTemplates(item, [...at, i]));
  return Object.entries(value).flatMap(([key, item]) => brokenTemplates(item, [...at, key]));
}

export interface Broken {
  readonly at: readonly (string | number)[];
  readonly message: string;
}

function brokenIn(text: string, at: readonly (string | number)[]): Broken[] {
  try {
    parseTemplate(text);
    return [];
  } catch (error) {
    if (!(error instanceof NotAPath)) throw error;
    const message = `Should be a path such as {{event.data.deviceName}} or {{steps.s1.output.result}}: ${error.message}`;
    return [{ at, message }];
  }
}
