import { asset } from '../http/assets.ts';

/** A file of the documentation page, by the name that it is asked for, which holds a hash of its content. */
export interface PageFile {
  readonly asset: string;
  readonly contentType: string;
}

/** What the build made, as it writes it to `docs.json`. */
export interface DocsRelease {
  readonly version: string;
  readonly files: Readonly<Record<string, PageFile>>;
}

export async function docsRelease(): Promise<DocsRelease> {
  return JSON.parse((await asset('docs.json')).toString('utf8')) as DocsRelease;
}
