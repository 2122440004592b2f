import { createHash } from 'node:crypto';
import { Problem, problem } from '../problems/problem.ts';

/** The entity tag of version 3 is `"v3"`. */
export const entityTag = (version: number): string => `"v${version}"`;

/** The versions that `If-Match` or `If-None-Match` names: any version, or those of a list of tags. */
export interface VersionMatch {
  matches(version: number): boolean;
}

/** One item of a list: a weak or strong tag, or a version without quotes: `"v3"`, `W/"v3"`, `v3`, `3`. */
const oneOfList = /[ \t]*(?:(\*)|(?:W\/)?"([\x21\x23-\x7e\x80-\uffff]*)"|(v?\d{1,15}))[ \t]*(,|$)/y;

/** `*` and the versions of a list; undefined when the header is not a list. Tags of other forms match nothing. */
function versionsIn(header: string): ReadonlySet<string> | undefined {
  const versions = new Set<string>();
  oneOfList.lastIndex = 0;
  for (;;) {
    const found = oneOfList.exec(header);
    if (!found) return undefined;
    const [, any, quoted, plain, comma] = found;
    versions.add(any ?? (quoted ?? plain ?? '').replace(/^v(?=\d+$)/, ''));
    if (!comma) return versions;
  }
}

const matchOf = (versions: ReadonlySet<string>): VersionMatch => ({
  matches: (version) => versions.has('*') || versions.has(String(version)),
});

/** For a read: a header that cannot be parsed matches no version. */
export function readIfNoneMatch(header: string | undefined): VersionMatch | undefined {
  return header === undefined ? undefined : matchOf(versionsIn(header) ?? new Set());
}

/** The tag of an answer that is not a version of an object. It is weak: the content is the same in every encoding. */
export const weakTag = (content: string | Uint8Array): string =>
  `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;

/** Whether `If-None-Match` names a tag made by {@link weakTag}. Weak and strong tags are compared alike. */
export function isKnownTag(tag: string, ifNoneMatch: string | undefined): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, '');
  const known = ifNoneMatch?.split(',').map(bare) ?? [];
  return known.some((each) => each === '*' || each === bare(tag));
}

/** For a write: a header that cannot be parsed is refused, because the client would otherwise repeat the wrong tag. */
export function readIfMatch(header: string | undefined): VersionMatch | undefined {
  if (header === undefined) return undefined;
  const versions = versionsIn(header);
  if (versions) return matchOf(versions);
  const msg = 'Should be a version as in the header ETag, such as "v3", a list of them, or *';
  const fields = [{ type: 'format', loc: ['header', 'If-Match'], msg }];
  throw new Problem('VALIDATION_ERROR', msg, undefined, { fields, status: 400 });
}

/** Throws 412 when the caller named versions and the current one is not among them. */
export function requireVersion(ifMatch: VersionMatch | undefined, version: number): void {
  if (!ifMatch || ifMatch.matches(version)) return;
  throw problem(
    'PRECONDITION_FAILED',
    `The object is at version ${version}, which If-Match does not name; read it again, and send If-Match: ${entityTag(version)} if you still mean it.`,
    { current_version: version },
  );
}
