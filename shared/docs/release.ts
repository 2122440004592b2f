import { asset } from '../http/assets.ts';

/** A file of the documentation page, under the name of its address, which contains a hash of the content. */
export interface PageFile {
  readonly asset: string;
  readonly contentType: string;
}

/** The build's result, as it is written to `docs.json`. */
export interface DocsRelease {
  readonly version: string;
  readonly files: Readonly<Record<string, PageFile>>;
}

export async function docsRelease(): Promise<DocsRelease> {
  return JSON.parse((await asset('docs.json')).toString('utf8')) as DocsRelease;
}
