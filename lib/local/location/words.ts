/** Words that are optional in addresses. */
const fillers = new Set(['de', 'del', 'dei', 'della', 'des', 'du', 'da', 'do', 'di', 'la', 'le', 'el', 'the', 'of']);

/** Words with several spellings, each with its shortest spelling. */
const abbreviations: Readonly<Record<string, string>> = {
  street: 'st',
  saint: 'st',
  str: 'st',
  strasse: 'st',
  straat: 'st',
  avenue: 'ave',
  av: 'ave',
  avenida: 'ave',
  avda: 'ave',
  boulevard: 'blvd',
  bd: 'blvd',
  boul: 'blvd',
  road: 'rd',
  drive: 'dr',
  lane: 'ln',
  place: 'pl',
  platz: 'pl',
  plaza: 'pl',
  square: 'sq',
  court: 'ct',
  highway: 'hwy',
  parkway: 'pkwy',
  way: 'wy',
  terrace: 'ter',
  calle: 'c',
  cl: 'c',
  rua: 'r',
  rue: 'r',
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
  sainte: 'ste',
  first: '1st',
  second: '2nd',
  third: '3rd',
  fourth: '4th',
  fifth: '5th',
  sixth: '6th',
  seventh: '7th',
  eighth: '8th',
};

const streetTypes = new Set(
  ['st', 'ave', 'blvd', 'rd', 'dr', 'ln', 'pl', 'sq', 'ct', 'hwy', 'pkwy', 'wy', 'ter', 'c', 'r', 'via'].map(spelled),
);
const directions = new Set(['n', 's', 'e', 'w', 'ne', 'nw', 'se', 'sw', 'o']);

export const isFiller = (word: string) => fillers.has(word);
export const isStreetType = (word: string) => streetTypes.has(word);
export const isDirection = (word: string) => directions.has(word);

/** The words of a text in one spelling: lower case, without accents and punctuation, abbreviated. */
export function wordsOf(text: string): string[] {
  const folded = text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('æ', 'ae')
    .replace(/\b[ld]['’]/g, ' ')
    .replace(/['’]/g, '');
  const words = folded.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => spelled(abbreviations[word] ?? withShortEnding(word)));
}

/** Words joined without spaces: `Haupt Straße` becomes `Hauptstr.`, and `SW1A 2AA` becomes `SW1A2AA`. */
export function joined(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : words.filter((word) => !isFiller(word)).join('');
}

/** The most words that one name may have. */
export const longestName = 6;

function withShortEnding(word: string): string {
  return word.replace(/(?<=\w{3})(strasse|straat|str)$/, 'st').replace(/(?<=\w{3})platz$/, 'pl');
}

/** Without umlauts, `ü` is written as `u` or `ue`. */
function spelled(word: string): string {
  return word.replace(/([aou])e/g, '$1');
}
