import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256, unzipped } from '../archives/reading.ts';
import { readCsv } from '../sheets/survey.ts';
import { addFile, aForm, exported, members, ofForm, submit } from './forms.ts';
import { Yard } from './yard.ts';

/** The media files of a form in its exports. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

const photo = { id: 'photo', type: 'photo', label: 'Photo' };
const inMembers = { ...members, fields: [...members.fields, { ...photo, id: 'face', label: 'Face' }] };

const indexOf = (index: string) => {
  const [header = [], ...rows] = readCsv(index);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
};

test('each file is in a folder of its submission and field, and in the list', async () => {
  const formId = await aForm(yard, [photo, inMembers]);
  const first = await submit(yard, formId, { photo: 'p.jpg', members: [{ face: 'a.jpg' }, { face: 'a.jpg' }] });
  await submit(yard, formId, { photo: 'never uploaded.jpg' });
  const one = addFile(yard, first, { filename: 'p.jpg', bytes: Buffer.from('one') });
  const at = (row: number) => ({ fieldId: `members[${row}].face`, at: ['members', row, 'face'], filename: 'a.jpg' });
  addFile(yard, first, { ...at(0), bytes: Buffer.from('two') });
  const three = addFile(yard, first, { ...at(1), bytes: Buffer.from('three'), isPending: true });
  const { files, job } = await exported(yard, formId, 'SUBMISSIONS_MEDIA');
  const folder = `media/${first}`;
  expect(files).toMatchObject({
    [`${folder}/photo/p.jpg`]: 'one',
    [`${folder}/face/a.jpg`]: 'two',
    [`${folder}/face/a (2).jpg`]: 'three',
  });
  expect(Object.keys(files)).toHaveLength(4);
  const listed = indexOf(files['media/index.csv']!);
  expect(listed.map(({ path }) => path).sort()).toEqual(Object.keys(files).slice(0, 3).sort());
  expect(listed).toContainEqual({
    submission_id: first,
    field_id: 'photo',
    filename: 'p.jpg',
    path: `${folder}/photo/p.jpg`,
    media_file_id: one,
    content_type: 'image/jpeg',
    size_bytes: '3',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(listed).toContainEqual(expect.objectContaining({ field_id: 'members[1].face', media_file_id: three }));
  expect(job.mediaCount).toBe(3);
  expect(job).not.toHaveProperty('submissionCount');
});

test('names of any script stay, and none leads out of its folder', async () => {
  const formId = await aForm(yard, [photo]);
  const given = [
    '../../etc/passwd',
    'C:\\Windows\\x.exe',
    '写真 1.jpg',
    'تصویر\u200cها.png',
    '..',
    'a\u0000b\u202e.jpg',
    '🦊.jpg',
  ];
  for (const filename of given) addFile(yard, await submit(yard, formId, {}), { filename });
  const { files } = await exported(yard, formId, 'SUBMISSIONS_MEDIA');
  const names = Object.keys(files).flatMap((path) => /^media\/[0-9a-f-]{36}\/photo\/([^/]+)$/.exec(path)?.[1] ?? []);
  expect(names).toEqual(['passwd', 'x.exe', '写真 1.jpg', 'تصویر\u200cها.png', 'file', 'a_b_.jpg', '🦊.jpg']);
});

test('tables show the id of a file that is uploaded, and say so of one that is not', async () => {
  const formId = await aForm(yard, [photo, inMembers]);
  const data = { photo: 'p.jpg', members: [{ face: 'a.jpg' }, {}, { face: 'c.jpg' }] };
  const id = await submit(yard, formId, data);
  const mediaId = addFile(yard, id, { fieldId: 'members[2].face', at: ['members', 2, 'face'] });
  const { files } = await exported(yard, formId, 'SUBMISSIONS_PACKAGE');
  expect(readCsv(files['Household_Survey.csv']!)[1]!.at(-1)).toBe('[upload_missing]');
  const faces = readCsv(files['Household_Survey_members.csv']!).map((row) => row.at(-1));
  expect(faces).toEqual(['Face', '[upload_missing]', '', mediaId]);
  expect(files[`media/${id}/face/photo.jpg`]).toBe('a photo');
  expect(indexOf(files['media/index.csv']!)).toHaveLength(1);
});

test('a file that is gone is left out, also of the list', async () => {
  const formId = await aForm(yard, [photo]);
  const [first, second] = [await submit(yard, formId, {}), await submit(yard, formId, {})];
  const gone = addFile(yard, first);
  addFile(yard, second);
  for (const key of yard.store.files.keys()) if (key.endsWith(gone)) yard.store.files.delete(key);
  const { files, job } = await exported(yard, formId, 'SUBMISSIONS_MEDIA');
  expect(Object.keys(files)).toEqual([`media/${second}/photo/photo.jpg`, 'media/index.csv']);
  expect(indexOf(files['media/index.csv']!).map(({ submission_id: id }) => id)).toEqual([second]);
  expect(job.mediaCount).toBe(1);
});

test('a large file is copied in pieces, over several runs, which continue in its middle', async () => {
  const formId = await aForm(yard, [photo]);
  const bytes = Buffer.alloc(21 * 1024 * 1024);
  for (let i = 0; i < bytes.length; i += 997) bytes[i] = i % 251;
  const ids = [await submit(yard, formId, {}), await submit(yard, formId, {}), await submit(yard, formId, {})];
  addFile(yard, ids[0]!, { bytes: Buffer.from('small') });
  addFile(yard, ids[1]!, { bytes, filename: 'film.mp4' });
  addFile(yard, ids[2]!, { bytes: Buffer.from('last') });
  const { id } = await yard.ask(ofForm(formId, 'SUBMISSIONS_MEDIA'));
  let reads = 0;
  yard.store.before = (call) => {
    if (!call.startsWith('GetObject media/')) return;
    reads += 1;
    vi.setSystemTime(Date.now() + 12_000);
  };
  await yard.work();
  expect(reads).toBe(8);
  const { downloadUrl, mediaCount } = await yard.get(id);
  const files = await unzipped(yard.store.open(downloadUrl!));
  expect([...files.keys()]).toHaveLength(4);
  expect(files.get(`media/${ids[1]}/photo/film.mp4`)!.equals(bytes)).toBe(true);
  expect(files.get(`media/${ids[2]}/photo/photo.jpg`)!.toString()).toBe('last');
  expect(mediaCount).toBe(3);
  expect(yard.store.held().filter((key) => key.startsWith('exports/'))).toHaveLength(1);
}, 60_000);

describe('a file that is replaced under its name while the export runs', () => {
  const film = (letter: string) => Buffer.alloc(9 * 1024 * 1024, letter);

  /** An export whose run stops behind each read of a file; `between` is called before the second one. */
  async function exportedInRuns(formId: string, between: () => void) {
    const { id } = await yard.ask(ofForm(formId, 'SUBMISSIONS_MEDIA'));
    let reads = 0;
    yard.store.before = (call) => {
      if (!call.startsWith('GetObject media/')) return;
      vi.setSystemTime(Date.now() + 36_000);
      if (++reads === 2) between();
    };
    await yard.work();
    const { downloadUrl, mediaCount } = await yard.get(id);
    const files = await unzipped(yard.store.open(downloadUrl!));
    return { files, mediaCount, index: indexOf(files.get('media/index.csv')!.toString()) };
  }

  test('is listed as it was copied', async () => {
    const formId = await aForm(yard, [photo]);
    const [first, second] = [await submit(yard, formId, {}), await submit(yard, formId, {})];
    const copied = addFile(yard, first, { bytes: Buffer.from('the former photo') });
    addFile(yard, second);
    const { files, index } = await exportedInRuns(formId, () => addFile(yard, first, { bytes: Buffer.from('new') }));
    const path = `media/${first}/photo/photo.jpg`;
    expect(files.get(path)!.toString()).toBe('the former photo');
    expect(index).toHaveLength(2);
    expect(index[0]).toMatchObject({
      path,
      media_file_id: copied,
      size_bytes: '16',
      sha256: sha256('the former photo'),
    });
  });

  test('is copied again as a whole if a run has stopped in its middle', async () => {
    const formId = await aForm(yard, [photo]);
    const id = await submit(yard, formId, {});
    const file = { filename: 'film.mp4' };
    addFile(yard, id, { ...file, bytes: film('a') });
    let newer = '';
    const { files, mediaCount, index } = await exportedInRuns(formId, () => {
      newer = addFile(yard, id, { ...file, bytes: film('b') });
    });
    const path = `media/${id}/photo/film.mp4`;
    expect([...files.keys()]).toEqual([path, 'media/index.csv']);
    expect(sha256(files.get(path)!)).toBe(sha256(film('b')));
    expect(index).toMatchObject([{ path, media_file_id: newer, sha256: sha256(film('b')) }]);
    expect(mediaCount).toBe(1);
  });
});

test('a film that is removed while it is copied is left out', async () => {
  const formId = await aForm(yard, [photo]);
  const ids = [await submit(yard, formId, {}), await submit(yard, formId, {})];
  const gone = addFile(yard, ids[0]!, { bytes: Buffer.alloc(9 * 1024 * 1024) });
  addFile(yard, ids[1]!);
  let reads = 0;
  yard.store.before = (call) => {
    if (!call.startsWith('GetObject media/') || ++reads !== 2) return;
    for (const key of yard.store.files.keys()) if (key.endsWith(gone)) yard.store.files.delete(key);
  };
  const { files, job } = await exported(yard, formId, 'SUBMISSIONS_MEDIA');
  expect(Object.keys(files)).toEqual([`media/${ids[1]}/photo/photo.jpg`, 'media/index.csv']);
  expect(job.mediaCount).toBe(1);
});

test('an archive of thousands of files keeps its list beside the record', async () => {
  const formId = await aForm(yard, [photo]);
  const id = await submit(yard, formId, {});
  const count = 1300;
  for (let i = 0; i < count; i++)
    addFile(yard, id, { fieldId: `photo${i}`, filename: `${i}.jpg`, bytes: Buffer.from(`${i}`) });
  const job = await yard.ask(ofForm(formId, 'SUBMISSIONS_MEDIA'));
  yard.store.before = (call) => {
    if (call.startsWith('GetObject media/')) vi.setSystemTime(Date.now() + 30);
  };
  await yard.work();
  const files = await unzipped(yard.store.open((await yard.get(job.id)).downloadUrl!));
  expect(files.size).toBe(count + 1);
  expect(readCsv(files.get('media/index.csv')!.toString())).toHaveLength(count + 1);
  expect(yard.store.held().filter((key) => key.startsWith('exports/'))).toHaveLength(1);
}, 60_000);
