import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';

/** The schema of GPX 1.1 as its authors publish it: http://www.topografix.com/GPX/1/1/gpx.xsd. */

const schema = XmlDocument.fromBuffer(readFileSync(join(import.meta.dirname, 'gpx-1.1.xsd')));
const validator = XsdValidator.fromDoc(schema);

/** @throws what is wrong with a file */
export function requireValidGpx(text: string): void {
  const document = XmlDocument.fromBuffer(Buffer.from(text));
  try {
    validator.validate(document);
  } finally {
    document.dispose();
  }
}
