/** Facts about a JSON text, found in one pass over its characters, before it is parsed. */
export interface Outline {
  /** The depth of nested arrays and objects. */
  readonly levels: number;
  /** The number of keys of its objects. A key that occurs twice in one object counts twice. */
  readonly keys: number;
  /**
   * The positions of numbers that a double would print differently (`1.0`, `1e400`): begin and end of each, in order.
   */
  readonly inexact: readonly number[];
  /** Whether a string has an escape for half of a surrogate pair, which is not a character. */
  readonly halfCharacter: boolean;
}

const [quote, backslash, colon, minus, nine] = [0x22, 0x5c, 0x3a, 0x2d, 0x39];
const [zero, openArray, closeArray, openObject, closeObject] = [0x30, 0x5b, 0x5d, 0x7b, 0x7d];

/** Anything that looks like a number. The parser reports it if it is not one. */
const numberForm = /[-+.\deE]+/y;
const validForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Integers that every double holds exactly. */
const shortForm = /^(?:0|-?[1-9]\d{0,14})$/;

const isInexact = (written: string): boolean =>
  !shortForm.test(written) && String(Number(written)) !== written && validForm.test(written);

/** A backslash with the characters of its escape; a whole surrogate pair is matched as one. */
const escapeForm = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|.)?/sy;
const halfForm = /^\\u[dD][89a-fA-F]..$/;

/** The match of a sticky pattern at a position of the text. */
function matchAt(form: RegExp, text: string, at: number): string {
  form.lastIndex = at;
  return form.exec(text)?.[0] ?? '';
}

/** Works for any text. Its result for a text that is not JSON has no meaning. */
export function outlineOf(text: string): Outline {
  let [level, levels, keys, halfCharacter] = [0, 0, 0, false];
  const inexact: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      for (i++; i < text.length && text.charCodeAt(i) !== quote; i++) {
        if (text.charCodeAt(i) !== backslash) continue;
        const escaped = matchAt(escapeForm, text, i);
        halfCharacter ||= halfForm.test(escaped);
        i += escaped.length - 1;
      }
    } else if (code === openArray || code === openObject) {
      levels = Math.max(levels, ++level);
    } else if (code === closeArray || code === closeObject) {
      level--;
    } else if (code === colon) {
      keys++;
    } else if (code === minus || (code >= zero && code <= nine)) {
      const written = matchAt(numberForm, text, i);
      if (isInexact(written)) inexact.push(i, i + written.length);
      i += written.length - 1;
    }
  }
  return { levels, keys, inexact, halfCharacter };
}
