import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * A CommonJS package imports modules of Node.js with `require`, which an ES module lacks. In functions it gets them
 * from the process.
 */
export const nodeModules: Plugin = {
  name: 'node-modules',
  setup({ onResolve, onLoad }) {
    const namespace = 'node-module';
    onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path, kind }) =>
      kind === 'require-call' && isBuiltin(path) ? { path, namespace } : undefined,
    );
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};
