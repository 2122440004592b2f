/** The parts of an export, one after the other. Each goes on where a run has stopped. */

/** Some of a text, and where it goes on behind them. A run can end behind each page, so a page is soon written. */
export interface TextPage {
  readonly items: Iterable<string>;
  /** How many rows or submissions end in it. */
  readonly rows: number;
  /** As JSON can hold it. */
  readonly position: unknown;
}

/** A file that is written here. */
export interface TextPart {
  readonly kind: 'text';
  readonly name: string;
  readonly head: string;
  readonly tail: string;
  /** Stands between any two items. */
  readonly separator?: string;
  /** Whether its rows are those that the job counts. */
  readonly isCounted: boolean;
  /** @param isWritten whether the archive has a file of this name already */
  pages(from: unknown, isWritten: (name: string) => boolean): AsyncGenerator<TextPage>;
}

/** A file that is in the store already. */
export interface StoredFile {
  readonly name: string;
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
