import { fromBuffer, type ZipFile } from 'yauzl';

/** The names of the files in a ZIP archive. */
export async function namesIn(archive: Buffer): Promise<string[]> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(archive, { lazyEntries: true }, (error, file) => (error ? reject(error) : resolve(file)));
  });
  const names: string[] = [];
  return await new Promise((resolve, reject) => {
    zip.on('entry', ({ fileName }) => {
      names.push(fileName);
      zip.readEntry();
    });
    zip.on('end', () => resolve(names));
    zip.on('error', reject);
    zip.readEntry();
  });
}
