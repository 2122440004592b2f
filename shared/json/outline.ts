/** What a JSON text is like, told in one pass over its characters, before anything is made of it. */
export interface Outline {
  /** How deep arrays and objects are nested. */
  readonly levels: number;
  /** How many keys its objects have, as they are written: a key that stands twice in one object counts twice. */
  readonly keys: number;
  /** Where numbers stand whose digits a double would not print again (`1.0`, `1e400`): begin and end of each in turn. */
  readonly inexact: readonly number[];
  /** Whether a string has an escape for half of a surrogate pair, which is no character. */
  readonly halfCharacter: boolean;
}

const [quote, backslash, colon, minus, nine] = [0x22, 0x5c, 0x3a, 0x2d, 0x39];
const [zero, openArray, closeArray, openObject, closeObject] = [0x30, 0x5b, 0x5d, 0x7b, 0x7d];

/** Whatever looks like a number; what is none is left to the parser, which says so. */
const numberForm = /[-+.\deE]+/y;
const validForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Whole numbers that every double holds. */
const shortForm = /^(?:0|-?[1-9]\d{0,14})$/;

const isInexact = (written: string): boolean =>
  !shortForm.test(written) && String(Number(written)) !== written && validForm.test(written);

/** A backslash with what belongs to it: a whole surrogate pair where it begins one. */
const escapeForm = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|.)?/sy;
const halfForm = /^\\u[dD][89a-fA-F]..$/;

/** The match of a sticky pattern at a position of the text. */
function matchAt(form: RegExp, text: string, at: number): string {
  form.lastIndex = at;
  return form.exec(text)?.[0] ?? '';
}

/** Whatever the text is: of one that is not JSON it says something, too. */
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
