/** Names of the files of a form. */

const mostCharacters = 100;

/** The name of a form in file names: letters and digits of any script, `-` and `_`; everything else becomes `_`. */
export function fileNameOf(form: string): string {
  const kept = form.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}_-]/gu, '_');
  return [...kept].slice(0, mostCharacters).join('');
}

/** Some file systems take names that differ in letter case only for one. */
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

/** A file name in a header, which holds ASCII only: once as near as that comes, and once as it is (RFC 6266). */
export function attachment(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  const whole = plain === name ? '' : `; filename*=UTF-8''${encoded}`;
  return `attachment; filename="${plain}"${whole}`;
}
