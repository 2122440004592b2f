import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Every zod schema includes the code that renders it as JSON Schema, 18 kB of a bundle. Functions only parse; documents
 * are rendered at build time. In functions that code is therefore replaced by exports of the same names that throw.
 */
export const withoutJsonSchema: Plugin = {
  name: 'without-json-schema',
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/]zod[\\/]v4[\\/]core[\\/](to-json-schema|json-schema-processors)\.js$/ },
      async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const names = [...source.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
        const absent = `const absent = () => () => { throw new Error('JSON Schema is rendered at build, not in a function'); };`;
        return {
          contents: `${absent}\nexport { ${names.map((name) => `absent as ${name}`).join(', ')} };`,
          loader: 'js',
        };
      },
    );
  },
};
