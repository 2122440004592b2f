import type { WrittenFile } from '../archives/zip-writer.ts';

/** The parts of an export, one after the other. Each continues where a run has stopped. */

/** Some items of a text, and the position after them. A run can end after each page, so pages are short. */
export interface TextPage {
  readonly items: Iterable<string>;
  /** The number of rows or submissions that end in it. */
  readonly rows: number;
  /** As JSON can hold it. */
  readonly position: unknown;
}

/** A file that the export composes. */
export interface TextPart {
  readonly kind: 'text';
  readonly name: string;
  readonly head: string;
  readonly tail: string;
  /** Stands between any two items. */
  readonly separator?: string;
  /** Whether its rows are those that the job counts. */
  readonly isCounted: boolean;
  /** @param files those that are in the archive already */
  pages(from: unknown, files: readonly WrittenFile[]): AsyncGenerator<TextPage>;
}

export interface MediaOfFile {
  readonly submissionId: string;
  readonly fieldId: string;
  readonly filename: string;
  /** Unique, even among files with the same name. */
  readonly mediaId: string;
  readonly contentType: string;
}

/** A file that is in the store already. */
export interface StoredFile {
  readonly name: string;
  readonly size: number;
  /** Its entry in the list of media files. */
  readonly media: MediaOfFile;
  /** Its bytes from an offset on. Ends early if the file is removed meanwhile; undefined if it is gone already. */
  read(offset: number): Promise<AsyncIterable<Buffer> | undefined>;
}

export interface FilesPage {
  readonly files: readonly StoredFile[];
  readonly position: unknown;
}

/** Many files of the store. */
export interface FilesPart {
  readonly kind: 'files';
  pages(from: unknown): AsyncGenerator<FilesPage>;
}

export type Part = TextPart | FilesPart;

/** What is written for a job. */
export interface Outline {
  readonly parts: readonly Part[];
  /** Whether its only part is the file itself, without an archive around it. */
  readonly isPlain: boolean;
  /** Whether the archive ends with a description of itself; its parts are then those that the job includes. */
  readonly hasManifest: boolean;
}
