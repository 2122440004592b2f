import * as z from 'zod';
import type { Span } from '../table/ids.ts';
import { givenId } from '../wire/id.ts';
import { whenMade } from '../wire/null.ts';
import { instant, readOnly, strictObject } from '../wire/schema.ts';
import { readInstant, wrongYear } from '../wire/time-span.ts';
import { contents } from './contents.ts';
import { exportFaults, formats, includes, isOfForm, scopeTypes, statuses } from './terms.ts';

/** The bodies of exports, and their responses. */

const mostDays = 366;
const dayMilliseconds = 86_400_000;

export const ScopeTypeName = z.enum(scopeTypes);
export const ExportStatusName = z.enum(statuses);
const Include = z.enum(includes);
const Format = z.enum(formats);

/** An instant in milliseconds since 1970, or the day of a date. */
export type Moment = number | Span;

const moment = () =>
  z
    .string()
    .transform((text, context): Moment => {
      const span = readInstant(text);
      const isDate = !/t/i.test(text);
      const wrong = span ? wrongYear(span.to, '0001') : undefined;
      if (span && !wrong) return isDate ? span : span.to;
      const message = 'Should be an instant such as 2026-03-17T10:00:00Z';
      context.addIssue(wrong ?? { code: 'custom', message, params: { type: 'format' } });
      return z.NEVER;
    })
    .meta({ format: 'date-time' });

const asked = whenMade({
  scopeType: ScopeTypeName,
  // What it names depends on `scopeType`; the tests create a device for it.
  scopeId: givenId().meta({ names: 'device' }),
  from: moment().optional(),
  to: moment().optional(),
  includes: z
    .array(Include)
    .min(1)
    .max(includes.length)
    .transform((given) => [...new Set(given)]),
  format: Format.default('CSV'),
});

/** Fields that only the server sets. */
const readOnlyFields = {
  id: readOnly(),
  status: readOnly(),
  requestedBy: readOnly(),
  createdAt: readOnly(),
  sizeBytes: readOnly(),
  readingCount: readOnly(),
  annotationCount: readOnly(),
  locationCount: readOnly(),
  eventCount: readOnly(),
  submissionCount: readOnly(),
  mediaCount: readOnly(),
  completedAt: readOnly(),
  expiresAt: readOnly(),
  downloadUrl: readOnly(),
  errorCode: readOnly(),
  errorMessage: readOnly(),
};

const example = {
  scopeType: 'DEVICE' as const,
  scopeId: '01957e2b-a403-7c3e-8a51-3f2d6c0e8b11',
  from: '2024-01-01T00:00:00Z',
  to: '2024-02-01T00:00:00Z',
  includes: ['READINGS' as const, 'ANNOTATIONS' as const],
};

type Refuse = (type: string, path: readonly (string | number)[], message: string) => void;

export const startOf = (moment: Moment | undefined) => (typeof moment === 'object' ? moment.from : moment);
/** The last instant that belongs to it. */
export const endOf = (moment: Moment | undefined) => (typeof moment === 'object' ? moment.to : moment);

interface Range {
  readonly from?: Moment | undefined;
  readonly to?: Moment | undefined;
}

/** Tables need a range; both ends are instants since 1970, like all of their data. */
function checkRange(range: Range, refuse: Refuse): void {
  for (const end of ['from', 'to'] as const) {
    if (range[end] === undefined) refuse('missing', [end], 'Field required for every scope but FORM');
    else if (typeof range[end] === 'object') {
      refuse('format', [end], 'Should be an instant such as 2026-03-17T10:00:00Z');
    } else {
      const wrong = wrongYear(range[end]);
      if (wrong) refuse(wrong.params.type, [end], wrong.message);
    }
  }
  const { from, to } = range;
  if (typeof from !== 'number' || typeof to !== 'number') return;
  if (from >= to) refuse('conflict', ['to'], 'Should be after "from"');
  else if (to - from > mostDays * dayMilliseconds) {
    refuse('too_large', ['to'], `Should be at most ${mostDays} days after "from"`);
  }
}

/** For submissions the range is optional and includes `to`. It may begin in the year 1: clocks of phones may be wrong. */
function checkRangeOfForm({ from, to }: Range, refuse: Refuse): void {
  if (from === undefined || to === undefined || startOf(from)! <= endOf(to)!) return;
  refuse('conflict', ['to'], 'Should not be before "from"');
}

export const ExportDraft = strictObject({ ...asked, ...readOnlyFields })
  .superRefine(({ from, to, scopeType, includes }, context) => {
    const refuse: Refuse = (type, path, message) =>
      context.addIssue({ code: 'custom', path: [...path], message, params: { type } });
    if (scopeType === 'FORM') checkRangeOfForm({ from, to }, refuse);
    else checkRange({ from, to }, refuse);
    for (const [i, one] of includes.entries()) {
      if (!contents[one].scopes.includes(scopeType)) {
        refuse('conflict', ['includes', i], `${one} are of ${contents[one].scopes.join(', ')}, not of ${scopeType}`);
      } else if (i > 0 && isOfForm(one)) refuse('conflict', ['includes'], 'Should have exactly one item for a form');
    }
  })
  .meta({ id: 'ExportRequest', example });
export type ExportDraft = z.output<typeof ExportDraft>;

const count = () => z.int().optional();

export const ExportJob = z
  .object({
    id: z.uuid(),
    scopeType: ScopeTypeName,
    scopeId: z.uuid(),
    from: instant().optional(),
    to: instant().optional(),
    includes: z.array(Include),
    format: Format.optional(),
    status: ExportStatusName,
    requestedBy: z.string(),
    createdAt: instant(),
    sizeBytes: count(),
    readingCount: count(),
    annotationCount: count(),
    locationCount: count(),
    eventCount: count(),
    submissionCount: count(),
    mediaCount: count(),
    completedAt: instant().optional(),
    expiresAt: instant().optional(),
    downloadUrl: z.string().meta({ format: 'uri' }).optional(),
    errorCode: z.enum(exportFaults).optional(),
    errorMessage: z.string().optional(),
  })
  .meta({
    id: 'ExportJob',
    example: {
      id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b21',
      ...example,
      format: 'CSV',
      status: 'READY',
      requestedBy: 'user_8f2c3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11',
      createdAt: '2024-01-15T10:30:00Z',
      sizeBytes: 184320,
      readingCount: 44021,
      annotationCount: 12,
      completedAt: '2024-01-15T10:30:42Z',
      expiresAt: '2024-01-16T10:30:42Z',
      downloadUrl:
        'https://files.example.com/exports/3fT9aQ2x/0195a1f4/exports/0195a1f4-2c80-7d40-9a51-3f2d6c0e8b21.zip?X-Amz-Signature=4f1c',
    },
  });
