import { bootstrap, type CdkOptions, deploy, synth } from './cdk.ts';
import type { Progress } from './stack.ts';

interface Build {
  readonly context: Readonly<Record<string, string>>;
  readonly app: string | undefined;
  readonly cdk: CdkOptions;
  readonly progress: Progress;
}

/**
 * Synthesises the app while the account is bootstrapped, then deploys. If one of the first two fails, the other is
 * stopped.
 */
export async function build({ context, app, cdk, progress }: Build): Promise<Record<string, string>> {
  const failure = new AbortController();
  const signal = cdk.signal ? AbortSignal.any([cdk.signal, failure.signal]) : failure.signal;
  const endBoth = (error: unknown) => {
    failure.abort(error);
    throw error;
  };
  const synthesis = synth(context, app, { ...cdk, signal }).catch(endBoth);
  const bootstrapping = bootstrap({ ...cdk, signal }).catch(endBoth);
  const both = Promise.allSettled([synthesis, bootstrapping]);
  try {
    await progress('Bootstrap the account', () => bootstrapping);
    await progress('Synthesise the app', () => synthesis);
  } finally {
    await both;
  }
  return progress('Deploy', () => deploy(cdk));
}
