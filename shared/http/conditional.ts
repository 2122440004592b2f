import { problem } from '../problems/problem.ts';

/** The entity tag of version 3 is `"v3"`. */
export const entityTag = (version: number): string => `"v${version}"`;

/** A parsed `If-Match` or `If-None-Match`: `*`, or a list of tags, weak or strong. */
export interface VersionMatch {
  matches(version: number): boolean;
}

export function parseVersionMatch(header: string | undefined): VersionMatch | undefined {
  if (header === undefined) return undefined;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return { matches: (version) => tags.includes('*') || tags.includes(entityTag(version)) };
}

/** Throws 412 where the caller named a version and it is not the present one. */
export function requireVersion(ifMatch: VersionMatch | undefined, version: number): void {
  if (!ifMatch || ifMatch.matches(version)) return;
  throw problem('PRECONDITION_FAILED', `The object is at version ${version}; read it again and retry.`, {
    current_version: version,
  });
}
