import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCsv } from '../sheets/survey.ts';
import { aForm, exported, gps, members, nextVersion, ofForm, plainFile, rename, route, submit, text } from './forms.ts';
import { day, now, Yard } from './yard.ts';

/** The content of the files of a form. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

const at = (minute: number) => now - day + minute * 60_000;
const columnOf = (csv: string, name: string) => {
  const [header = [], ...rows] = readCsv(csv);
  return rows.map((row) => row[header.indexOf(name)]);
};
const point = (latitude: number, more: object = {}) => ({ latitude, longitude: 2, ...more });

describe('CSV', () => {
  test('is an archive with a table of submissions and one of each repeat, in the order of their collection', async () => {
    const formId = await aForm(yard, [text('head', 'Head'), members]);
    const second = await submit(yard, formId, { head: 'B', members: [{ name: 'Ana' }, { name: 'Bo' }] }, at(2));
    const first = await submit(yard, formId, { head: 'A', members: [{ name: 'Cy' }] }, at(1));
    const { files, job } = await exported(yard, formId, 'SUBMISSIONS_CSV');
    expect(Object.keys(files)).toEqual(['Household_Survey.csv', 'Household_Survey_members.csv']);
    expect(columnOf(files['Household_Survey.csv']!, 'submission_id')).toEqual([first, second]);
    expect(columnOf(files['Household_Survey.csv']!, 'Head')).toEqual(['A', 'B']);
    expect(readCsv(files['Household_Survey_members.csv']!)).toEqual([
      ['submission_id', 'row_index', 'Name'],
      [first, '0', 'Cy'],
      [second, '0', 'Ana'],
      [second, '1', 'Bo'],
    ]);
    expect(job).toMatchObject({ status: 'READY', submissionCount: 2, scopeType: 'FORM', scopeId: formId });
    expect(job).not.toHaveProperty('format');
    expect(job).not.toHaveProperty('from');
    expect(job).not.toHaveProperty('mediaCount');
  });

  test('of several submissions of one instant is in the order of their ids', async () => {
    const formId = await aForm(yard, [text('n')]);
    const ids: string[] = [];
    for (let i = 0; i < 30; i++) ids.push(await submit(yard, formId, { n: `${i}` }, at(1)));
    const { files } = await exported(yard, formId, 'SUBMISSIONS_CSV');
    expect(columnOf(files['Household_Survey.csv']!, 'submission_id')).toEqual(ids.toSorted());
  });

  test('has the columns of all versions, and the answers of each', async () => {
    const formId = await aForm(yard, [text('a', 'A'), text('old', 'Old')]);
    await submit(yard, formId, { a: '1', old: 'x' }, at(1));
    await nextVersion(yard, formId, [text('new', 'New'), text('a', 'A')]);
    await nextVersion(yard, formId, [text('new', 'New'), text('a', 'A, again')]);
    await submit(yard, formId, { a: '3', new: 'y' }, at(2));
    const { files } = await exported(yard, formId, 'SUBMISSIONS_CSV');
    const [header, ...rows] = readCsv(files['Household_Survey.csv']!).map((row) => row.slice(5));
    expect(header).toEqual(['version_num', 'New', 'A, again', 'Old']);
    expect(rows).toEqual([
      ['1', '', '1', 'x'],
      ['3', 'y', '3', ''],
    ]);
  });

  test('of a form without submissions holds the headers', async () => {
    const formId = await aForm(yard, [text('a', 'A'), members], '水 / Eau');
    const { files, job } = await exported(yard, formId, 'SUBMISSIONS_CSV');
    expect(Object.keys(files)).toEqual(['水___Eau.csv', '水___Eau_members.csv']);
    expect(readCsv(files['水___Eau_members.csv']!)).toEqual([['submission_id', 'row_index', 'Name']]);
    expect(job.submissionCount).toBe(0);
  });

  test('keeps data of more than a row of the database', async () => {
    const formId = await aForm(yard, [text('a'), text('b')]);
    // A text that does not compress.
    const long = Array.from({ length: 60_000 }, (_, i) => ((i * 7919) % 99_991).toString(36) + Math.sin(i)).join('');
    await submit(yard, formId, { a: long.slice(0, 500_000), b: 'end' });
    const { files } = await exported(yard, formId, 'SUBMISSIONS_CSV');
    expect(columnOf(files['Household_Survey.csv']!, 'a')).toEqual([long.slice(0, 500_000)]);
  });
});

describe('the range', () => {
  test('has both of its ends, to the millisecond', async () => {
    const formId = await aForm(yard, [text('n')]);
    const [from, to] = [at(1), at(2)];
    for (const [i, when] of [from - 1, from, from + 1, to - 1, to, to + 1].entries()) {
      await submit(yard, formId, { n: `${i}` }, when);
    }
    const { files, job } = await exported(yard, formId, 'SUBMISSIONS_CSV', { from, to });
    expect(columnOf(files['Household_Survey.csv']!, 'n')).toEqual(['1', '2', '3', '4']);
    expect(job).toMatchObject({ from: new Date(from).toISOString().replace('.000', ''), submissionCount: 4 });
  });

  test('may have one end, and dates whose whole day belongs to it', async () => {
    const formId = await aForm(yard, [text('n')]);
    const midnight = Date.parse('2026-03-10T00:00:00Z');
    for (const [i, when] of [midnight - 1, midnight, midnight + day - 1, midnight + day].entries()) {
      await submit(yard, formId, { n: `${i}` }, when);
    }
    const date = { from: midnight, to: midnight + day - 1 };
    const rows = async (range: object) =>
      columnOf((await exported(yard, formId, 'SUBMISSIONS_CSV', range)).files['Household_Survey.csv']!, 'n');
    expect(await rows({ from: date })).toEqual(['1', '2', '3']);
    expect(await rows({ to: date })).toEqual(['0', '1', '2']);
    expect(await rows({ from: date, to: date })).toEqual(['1', '2']);
  });
});

describe('GeoJSON', () => {
  test('is one file with a feature for each place', async () => {
    const formId = await aForm(yard, [text('n'), gps, { ...members, fields: [text('name'), { ...gps, id: 'home' }] }]);
    const ids = [
      await submit(yard, formId, { n: 'a', gps: point(1), members: [{ home: point(2) }, { home: point(3) }] }, at(1)),
      await submit(yard, formId, { n: 'b' }, at(2)),
      await submit(yard, formId, { n: 'c', gps: point(4) }, at(3)),
    ];
    const { text: written, job } = await plainFile(yard, formId, 'SUBMISSIONS_GEOJSON');
    const { type, features } = JSON.parse(written);
    expect(type).toBe('FeatureCollection');
    expect(features.map(({ id }: { id: string }) => id)).toEqual([
      `${ids[0]}/gps`,
      `${ids[0]}/home/0`,
      `${ids[0]}/home/1`,
      `${ids[2]}/gps`,
    ]);
    expect(job.submissionCount).toBe(3);
    expect(job.downloadUrl).toContain(`/exports/${job.id}.geojson?`);
  });

  test('without places is an empty collection', async () => {
    const formId = await aForm(yard, [text('n')]);
    await submit(yard, formId, { n: 'a' });
    const { text: written, job } = await plainFile(yard, formId, 'SUBMISSIONS_GEOJSON');
    expect(JSON.parse(written)).toEqual({ type: 'FeatureCollection', features: [] });
    expect(job.submissionCount).toBe(1);
  });
});

describe('GPX', () => {
  test('is one file with a track for each route', async () => {
    const formId = await aForm(yard, [route], 'Patrol <A>');
    const points = [0, 1].map((minute) => point(minute, { timestamp: new Date(at(minute)).toISOString() }));
    const id = await submit(yard, formId, { way: { points } });
    const { text: written } = await plainFile(yard, formId, 'SUBMISSIONS_GPX');
    expect(written).toContain(`<trk><name>Patrol &lt;A&gt;, Way, ${id}</name>`);
    expect(written.match(/<trkpt/g)).toHaveLength(2);
    expect(written.trimEnd().endsWith('</gpx>')).toBe(true);
  });

  test('without routes has no track', async () => {
    const formId = await aForm(yard, [gps]);
    const { text: written } = await plainFile(yard, formId, 'SUBMISSIONS_GPX');
    expect(written).not.toContain('<trk>');
    expect(written).toContain('</gpx>');
  });
});

test('a package has the tables, the GeoJSON and the GPX', async () => {
  const formId = await aForm(yard, [text('n'), gps, route, members]);
  const points = [point(0, { timestamp: new Date(at(0)).toISOString() })];
  await submit(yard, formId, { n: 'a', gps: point(1), way: { points }, members: [{ name: 'x' }] });
  const { files, job } = await exported(yard, formId, 'SUBMISSIONS_PACKAGE');
  expect(Object.keys(files).slice(0, 4)).toEqual([
    'Household_Survey.csv',
    'Household_Survey_members.csv',
    'Household_Survey.geojson',
    'Household_Survey.gpx',
  ]);
  expect(JSON.parse(files['Household_Survey.geojson']!).features).toHaveLength(2);
  expect(files['Household_Survey.gpx']).toContain('<trkseg>');
  expect(job).toMatchObject({ submissionCount: 1, mediaCount: 0 });
});

test('what is stored, published and renamed after the beginning is not in the file', async () => {
  const formId = await aForm(yard, [text('n', 'N'), members]);
  await submit(yard, formId, { n: 'before', members: [{ name: 'x' }] });
  const before = await yard.ask(ofForm(formId, 'SUBMISSIONS_CSV'));
  let isLate = false;
  yard.store.after = async (call) => {
    if (isLate || !call.startsWith('CreateMultipartUpload')) return;
    isLate = true;
    await rename(yard, formId, 'Renamed');
    await nextVersion(yard, formId, [text('m', 'M')]);
    await submit(yard, formId, { m: 'late' }, now - day);
  };
  await yard.work();
  const old = await yard.filesOf(before.id);
  expect(Object.keys(old)).toEqual(['Household_Survey.csv', 'Household_Survey_members.csv']);
  expect(columnOf(old['Household_Survey.csv']!, 'N')).toEqual(['before']);
  const { files } = await exported(yard, formId, 'SUBMISSIONS_CSV');
  expect(Object.keys(files)).toEqual(['Renamed.csv', 'Renamed_members.csv']);
  expect(columnOf(files['Renamed.csv']!, 'M')).toEqual(['', 'late']);
});
