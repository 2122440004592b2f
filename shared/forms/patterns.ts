import { RE2JS } from 're2js';
import type { GivenObject } from './given.ts';
import type { Pattern } from './schema.ts';

/** Patterns of one schema. Compiling them is the largest part of reading a schema, so they have a limit in total. */

const longestPattern = 1000;
/** Instructions of one compiled pattern: the time of a search grows with them and with the text. */
const largestProgram = 2000;
/** The same for all different patterns of a schema, and their characters. */
const mostInstructions = 20_000;
const mostCharacters = 20_000;

export class Patterns {
  readonly #compiled = new Map<string, Pattern>();
  #instructions = 0;
  #characters = 0;

  /** Reads `pattern`; reports what is wrong with it. */
  read(given: GivenObject): Pattern | undefined {
    const source = given.text('pattern', longestPattern);
    if (source === undefined) return undefined;
    const known = this.#compiled.get(source);
    if (known) return known;
    this.#characters += source.length;
    if (this.#characters > mostCharacters || this.#instructions > mostInstructions) {
      return given.refuse('pattern', 'too_long', 'The patterns of the form are too many or too long together');
    }
    return this.#compile(given, source);
  }

  #compile(given: GivenObject, source: string): Pattern | undefined {
    try {
      const compiled = RE2JS.compile(source);
      const size = compiled.programSize();
      this.#instructions += size;
      if (size > largestProgram) {
        return given.refuse('pattern', 'too_long', 'Should be simpler: its repetitions are too many');
      }
      const pattern = { source, test: (text: string) => compiled.test(text) };
      this.#compiled.set(source, pattern);
      return pattern;
    } catch {
      return given.refuse('pattern', 'pattern', 'Should be a regular expression in RE2 syntax');
    }
  }
}
