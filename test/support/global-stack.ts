import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { seedDemo } from '../../lib/demo/seed.ts';
import { startStack } from '../../lib/local/stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The deployed stack that the tests of this run share. */
    stack: {
      readonly url: string;
      readonly endpoint: string;
      readonly apiKey: string;
      readonly outputs: Record<string, string>;
      readonly originVerify: string;
    };
  }
}

/** Deploys the real app to an emulator of its own before the first test, and ends it after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-test-'));
  const stack = await startStack({ directory, port: 0, seed: seedDemo });
  const { url, deployed, seeded, originVerify } = stack;
  project.provide('stack', {
    url,
    endpoint: deployed.endpoint,
    apiKey: seeded.apiKey,
    outputs: { ...deployed.outputs },
    originVerify,
  });
  return async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
