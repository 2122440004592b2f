import { CommandProblem } from '../command/problem.ts';

export interface Endpoint {
  readonly upstream: string;
  readonly apiDomain: string;
}

/**
 * Detects the kind of a LocalStack-compatible endpoint: MiniStack and LocalStack serve HTTP APIs under different
 * domains.
 */
export async function findEndpoint(url: string): Promise<Endpoint> {
  if (!URL.canParse(url)) {
    throw new CommandProblem(
      `AWS_ENDPOINT_URL is "${url}": use a URL such as http://localhost:4566, and run "npm start" again.`,
    );
  }
  const upstream = new URL(url).origin;
  const isMiniStack = await answers(`${upstream}/_ministack/health`);
  if (!isMiniStack && !(await answers(`${upstream}/_localstack/health`))) {
    throw new CommandProblem(
      `No AWS emulator answers at ${upstream}: start one there, or run "npm start" without AWS_ENDPOINT_URL.`,
    );
  }
  const { port } = new URL(upstream);
  return { upstream, apiDomain: isMiniStack ? 'localhost' : `localhost.localstack.cloud${port && `:${port}`}` };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}
