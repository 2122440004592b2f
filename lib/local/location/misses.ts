import { extent } from './gazetteer.ts';

/** After this many addresses that are not known it is said that there are more, and no longer which. */
const mostTold = 5;

/**
 * Tells whoever runs the stack of an address that the gazetteer does not know: the API's answer is the one that Amazon
 * Location's miss gives, and does not say that this geocoder is a small one.
 *
 * @param tell takes a line
 * @param where the page of what is known
 */
export function tellMisses(tell: (line: string) => void, where: string): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text) || told.size >= mostTold) return;
    told.add(text);
    const more = told.size === mostTold ? ' Further ones are not told here.' : '';
    tell(`The local geocoder does not know ${JSON.stringify(text)}. It is a small one, of ${extent}: ${where}${more}`);
  };
}
