import type { Plugin } from 'esbuild';

const refusal = (reason: string) => `{ throw new Error('${reason}'); }`;
const classOf = (name: string, reason: string, method = 'constructor') =>
  `export class ${name} { ${method}() ${refusal(reason)} }`;

/** Modules of the SDK for features that no function uses, each with the reason. */
const unused: Readonly<Record<string, string>> = {
  Sha256Js: classOf('Sha256Js', 'Node.js has its own hash functions.'),
  AdaptiveRetryStrategy: classOf('AdaptiveRetryStrategy', 'Retries are standard, not adaptive.'),
  HeaderFormatter: classOf('HeaderFormatter', 'No messages of event streams are signed.', 'format'),
  getInstanceMetadataRegion: `export function getInstanceMetadataRegion() ${refusal('Lambda sets the region.')}`,
};

/** Leaves those modules out of functions, which saves 9 kB in each. A use of one throws an error with the reason. */
export const unusedParts: Plugin = {
  name: 'unused-parts',
  setup({ onLoad }) {
    const names = Object.keys(unused).join('|');
    onLoad({ filter: new RegExp(`[\\\\/]@smithy[\\\\/].*[\\\\/](${names})\\.js$`) }, ({ path }) => {
      const name = /(\w+)\.js$/.exec(path)?.[1] ?? '';
      return { contents: unused[name] ?? '', loader: 'js' };
    });
  },
};
