import { linkReader, placeLinks } from '../media/links.ts';
import { mainSheet, repeatSheet, type Sheet } from '../sheets/csv.ts';
import type { Filled } from '../sheets/filled.ts';
import { featuresOf } from '../sheets/geojson.ts';
import { gpxHead, gpxTail, tracksOf } from '../sheets/gpx.ts';
import { allFields, isSpatial } from '../sheets/layout.ts';
import { fileNameOf, repeatNames } from '../sheets/names.ts';
import { pagesOfSubmissions } from '../sheets/pages.ts';
import { dataOf } from '../submissions/data.ts';
import type { BodyRow } from '../submissions/submission.ts';
import { type FormToExport, submissionsOf } from './form-to-export.ts';
import { mediaParts } from './media-parts.ts';
import type { Part, TextPart } from './part.ts';
import type { FormInclude } from './terms.ts';

/** The files that are made of the submissions of a form. Each reads them anew, so that none has to be kept in memory. */

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
    pages: async function* (from) {
      // What is counted has to be read all the same.
      if (isEmpty && !text.isCounted) return;
      const { reference } = of.tenant;
      for await (const { bodies, upTo } of pagesOfSubmissions(submissionsOf(of), from as string | undefined)) {
        const read = isEmpty ? [] : bodies;
        const links = await linkReader(reference, read);
        yield { items: itemsOf(of, read, links, write), rows: bodies.length, position: upTo };
      }
    },
  };
}

async function* itemsOf(
  { tenant }: FormToExport,
  bodies: readonly BodyRow[],
  links: Awaited<ReturnType<typeof linkReader>>,
  write: Write,
): AsyncGenerator<string> {
  for (const body of bodies) {
    const data = await dataOf(tenant.reference, body);
    // It was removed meanwhile, with its form.
    if (!data) continue;
    const files = await links(body);
    placeLinks(data, files);
    yield* write({ ...body, data, media: new Set(files.map(({ mediaId }) => mediaId)) });
  }
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
