import { fileNameOf } from '../sheets/names.ts';
import type { FormInclude, Include } from './terms.ts';

/** The file of an export. */
export interface FileKind {
  readonly extension: string;
  readonly contentType: string;
  /** The part of a download's name between the form's name and the extension. */
  readonly suffix: string;
}

const zip = (suffix: string): FileKind => ({ extension: 'zip', contentType: 'application/zip', suffix });

const kinds: Readonly<Record<FormInclude, FileKind>> = {
  SUBMISSIONS_CSV: zip('_csv'),
  SUBMISSIONS_GEOJSON: { extension: 'geojson', contentType: 'application/geo+json', suffix: '' },
  SUBMISSIONS_GPX: { extension: 'gpx', contentType: 'application/gpx+xml', suffix: '' },
  SUBMISSIONS_MEDIA: zip('_media'),
  SUBMISSIONS_PACKAGE: zip('_package'),
};

const ofTables = zip('');

/** @param includes of the job */
export function fileOf([include]: readonly Include[]): FileKind {
  return (kinds as Partial<Record<Include, FileKind>>)[include!] ?? ofTables;
}

/** The name of the file of a form as it is downloaded. */
export function downloadName(includes: readonly Include[], form: string): string {
  const { extension, suffix } = fileOf(includes);
  return `${fileNameOf(form)}${suffix}.${extension}`;
}
