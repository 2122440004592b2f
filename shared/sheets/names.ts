import { ascii, encoded } from '../media/names.ts';

/** Names of the files of a form. */

const mostCharacters = 100;
/** File systems allow 255 bytes, including what is added to a name. */
const mostBytes = 180;

/** The first characters of a text, as many as fit. */
function cut(text: string, most: number): string {
  const characters = [...text].slice(0, most);
  while (Buffer.byteLength(characters.join('')) > mostBytes) characters.pop();
  return characters.join('');
}

/** The name of a form in file names: letters and digits of any script, `-` and `_`; everything else becomes `_`. */
export function fileNameOf(form: string): string {
  const kept = form.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}_-]/gu, '_');
  return cut(kept, mostCharacters);
}

/** Some file systems do not distinguish names that differ only in letter case. */
const same = (name: string): string => name.toLowerCase();

/** The names of the tables of repeats, in their order, without the extension. */
export function repeatNames(form: string, ids: readonly string[]): string[] {
  const taken = new Set([same(form)]);
  return ids.map((id) => {
    let name = `${form}_${id}`;
    while (taken.has(same(name))) name += `_${id}`;
    taken.add(same(name));
    return name;
  });
}

const mostInName = 200;

/** The name of a file that somebody has sent, as a part of a path: it cannot lead out of its folder. */
export function pathName(given: string): string {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1)!;
  const plain = last.replaceAll(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069<>:"|?*]/gu, '_').replace(/^[. ]+|[. ]+$/g, '');
  const { stem, extension } = partsOf(plain);
  return cut(stem || 'file', mostInName) + extension;
}

/** The extension has its dot; it is empty if there is none. */
function partsOf(name: string): { readonly stem: string; readonly extension: string } {
  const [, stem = name, extension = ''] = /^(.+)(\.[^./ ]{1,16})$/.exec(name) ?? [];
  return { stem, extension };
}

/** Paths in an archive: an equal one gets ` (2)` before its extension, the next one ` (3)`. */
export function entryNames(paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const { stem, extension } = partsOf(path);
    let name = path;
    for (let number = 2; taken.has(same(name)); number++) name = `${stem} (${number})${extension}`;
    taken.add(same(name));
    return name;
  });
}

/**
 * `Content-Disposition` of a download under a name that we have made. A name in ASCII, as nearly all are, appears only
 * once.
 */
export function attachment(name: string): string {
  const plain = ascii(name);
  return `attachment; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${encoded(name)}`}`;
}
