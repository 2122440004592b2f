import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const form = /export class (?<name>\w+) extends __BaseException \{(?<body>.*?)\n\}\n/gs;

/** Sets the prototype as the SDK's own classes do: their base sets its own. What else an error has is assigned to it. */
const maker = `const errorClass = (name, $fault, $retryable) => class extends __BaseException {
  constructor(given) {
    super({ name, $fault, ...given });
    if ($retryable) this.$retryable = $retryable;
    Object.setPrototypeOf(this, new.target.prototype);
  }
};
`;

/**
 * An SDK client has a class for each error of its service, all of one form: 7 kB of every function for DynamoDB, 9 more
 * where KMS is asked. In functions one maker makes them all; errors are told apart by their names.
 */
export const oneErrorClass: Plugin = {
  name: 'one-error-class',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]models[\\/]errors\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const classes = [...source.matchAll(form)].map(({ groups }) => classOf(groups!.name!, groups!.body!));
      if (classes.length !== source.match(/\bclass\b/g)?.length || classes.includes(undefined))
        throw new Error(`${path}: the SDK writes its errors in another form; see lib/bundle/one-error-class.ts.`);
      const imports = source.slice(0, source.indexOf('export class'));
      return { contents: [imports, maker, ...classes].join('\n'), loader: 'js' };
    });
  },
};

function classOf(name: string, body: string): string | undefined {
  const fault = /\$fault = "(client|server)";/.exec(body)?.[1];
  const retryable = /\$retryable = (\{.*?\});/s.exec(body)?.[1];
  if (!fault || !body.includes(`name: "${name}"`)) return undefined;
  const given = [JSON.stringify(name), JSON.stringify(fault), ...(retryable ? [retryable] : [])];
  return `export const ${name} = /* @__PURE__ */ errorClass(${given.join(', ')});`;
}
