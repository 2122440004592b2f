import { linkReader, placeLinks } from '../media/links.ts';
import type { LinkRow } from '../media/record.ts';
import { mainSheet, repeatSheet, type Sheet } from '../sheets/csv.ts';
import type { Filled } from '../sheets/filled.ts';
import { featuresOf } from '../sheets/geojson.ts';
import { gpxHead, gpxTail, tracksOf } from '../sheets/gpx.ts';
import { allFields, isSpatial } from '../sheets/layout.ts';
import { fileNameOf, repeatNames } from '../sheets/names.ts';
import { pagesOfSubmissions } from '../sheets/pages.ts';
import { dataOf } from '../submissions/data.ts';
import { type BodyRow, positionOf } from '../submissions/submission.ts';
import { type FormToExport, submissionsOf } from './form-to-export.ts';
import { mediaParts } from './media-parts.ts';
import type { Part, TextPage, TextPart } from './part.ts';
import { readAhead } from './read-ahead.ts';
import type { FormInclude } from './terms.ts';

/** The files with the submissions of a form. Each reads them again, so that none has to be kept in memory. */

type Write = (submission: Filled) => Iterable<string>;

type Text = Pick<TextPart, 'name' | 'head' | 'tail' | 'separator' | 'isCounted'> & {
  readonly write: Write;
  /** Whether no submission can have anything to write. */
  readonly isEmpty?: boolean;
};

function textPart(of: FormToExport, { write, isEmpty = false, ...text }: Text): TextPart {
  return {
    kind: 'text',
    ...text,
    pages: (from) => {
      const position = from as Position | undefined;
      if (!isEmpty) return pagesOf(of, write, position);
      return text.isCounted ? countedPages(of, afterOf(position)) : noPages();
    },
  };
}

/**
 * Where a text continues: after a submission, or after some items of the submission `of`, the first one that is read
 * after `after`. One submission may have thousands of features, each with a megabyte of answers, which no run could
 * write at once.
 */
type Position = string | { readonly after?: string | undefined; readonly of: string; readonly items: number };

const afterOf = (position: Position | undefined): string | undefined =>
  typeof position === 'object' ? position.after : position;

async function* noPages(): AsyncGenerator<TextPage> {}

/** Counts the submissions, of which nothing is written. */
async function* countedPages(of: FormToExport, after: string | undefined): AsyncGenerator<TextPage> {
  for await (const { bodies, upTo } of pagesOfSubmissions(submissionsOf(of), after)) {
    yield { items: [], rows: bodies.length, position: upTo };
  }
}

async function* pagesOf(of: FormToExport, write: Write, from: Position | undefined): AsyncGenerator<TextPage> {
  let after = afterOf(from);
  const begun = typeof from === 'object' ? from : undefined;
  for await (const { bodies, links, upTo } of readAhead(linkedPages(of, after))) {
    for (const body of bodies) {
      const position = positionOf(body);
      const written = begun?.of === position ? begun.items : 0;
      let items = 0;
      for (const item of await itemsOf(of, body, await links(body), write)) {
        items += 1;
        if (items > written) yield { items: [item], rows: 0, position: { after, of: position, items } };
      }
      after = position;
      yield { items: [], rows: 1, position: after };
    }
    after = upTo;
    yield { items: [], rows: 0, position: after };
  }
}

async function* linkedPages(of: FormToExport, after: string | undefined) {
  for await (const { bodies, upTo } of pagesOfSubmissions(submissionsOf(of), after)) {
    yield { bodies, links: await linkReader(of.tenant.reference, bodies), upTo };
  }
}

async function itemsOf({ tenant }: FormToExport, body: BodyRow, links: readonly LinkRow[], write: Write) {
  const data = await dataOf(tenant.reference, body);
  // The submission was removed with its form meanwhile.
  if (!data) return [];
  placeLinks(data, links);
  return write({ ...body, data, media: new Set(links.map(({ mediaId }) => mediaId)) });
}

function sheetPart(of: FormToExport, name: string, sheet: Sheet, isCounted: boolean): TextPart {
  const write: Write = (submission) => [sheet.rowsOf(submission)];
  return textPart(of, { name: `${name}.csv`, head: sheet.header, tail: '', isCounted, write });
}

function csvParts(of: FormToExport): Part[] {
  const { form, layout } = of;
  const name = fileNameOf(form.name);
  const names = repeatNames(
    name,
    layout.repeats.map(({ id }) => id),
  );
  return [
    sheetPart(of, name, mainSheet(layout), true),
    ...layout.repeats.map((repeat, i) => sheetPart(of, names[i]!, repeatSheet(layout, repeat), false)),
  ];
}

function geoJsonPart(of: FormToExport, isCounted: boolean): TextPart {
  const { form, layout } = of;
  return textPart(of, {
    name: `${fileNameOf(form.name)}.geojson`,
    head: '{"type":"FeatureCollection","features":[\n',
    tail: '\n]}\n',
    separator: ',\n',
    isCounted,
    isEmpty: !allFields(layout).some(isSpatial),
    write: function* (submission) {
      for (const feature of featuresOf(layout, submission)) yield JSON.stringify(feature);
    },
  });
}

function gpxPart(of: FormToExport, isCounted: boolean): TextPart {
  const { form, layout } = of;
  return textPart(of, {
    name: `${fileNameOf(form.name)}.gpx`,
    head: gpxHead(form.name),
    tail: gpxTail,
    isCounted,
    isEmpty: !allFields(layout).some(({ family }) => family === 'route'),
    write: (submission) => tracksOf(form.name, layout, submission),
  });
}

/** The parts of one kind of export, in their order. */
export function formParts(of: FormToExport, include: FormInclude): Part[] {
  switch (include) {
    case 'SUBMISSIONS_CSV':
      return csvParts(of);
    case 'SUBMISSIONS_GEOJSON':
      return [geoJsonPart(of, true)];
    case 'SUBMISSIONS_GPX':
      return [gpxPart(of, true)];
    case 'SUBMISSIONS_MEDIA':
      return mediaParts(of);
    case 'SUBMISSIONS_PACKAGE':
      return [...csvParts(of), geoJsonPart(of, false), gpxPart(of, false), ...mediaParts(of)];
  }
}
