import { extent } from './gazetteer.ts';

/** After this many unknown addresses one line says that there are more, and further ones are not listed. */
const mostListed = 5;

/**
 * Reports an unknown address to the user of the stack. The API's answer is the same as after a miss of Amazon Location,
 * and does not say that this geocoder is a small one.
 *
 * @param tell receives a line
 * @param where the address of the page with all known addresses
 */
export function reportMisses(tell: (line: string) => void, where: string): (text: string) => void {
  const listed = new Set<string>();
  return (text) => {
    if (listed.has(text) || listed.size >= mostListed) return;
    listed.add(text);
    const more = listed.size === mostListed ? ' Further addresses are not reported here.' : '';
    tell(`The local geocoder does not know ${JSON.stringify(text)}. It knows only ${extent}: ${where}${more}`);
  };
}
