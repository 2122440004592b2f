import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { CommandProblem } from '../command/problem.ts';
import { answerTooLarge } from './body-limit.ts';
import { forward, openUpstream, originForm, refuse, withoutTrailingSlash } from './forward.ts';
import { apiHeaders, awsHeaders } from './headers.ts';
import type { PreflightAnswer } from './preflight.ts';
import { type ApiRoute, findRoute } from './routing.ts';

/**
 * Answers a request instead of the upstream: true when it has handled the request. All are asked in order before a
 * request is forwarded.
 */
export type LocalAnswer = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface GatewayOptions {
  /** The emulator's endpoint. */
  readonly upstream: string;
  readonly apiPort: number;
  readonly awsPort: number;
  /** The name by which functions reach the AWS side: an address of this machine unless they run in containers. */
  readonly awsHost?: string | undefined;
  /** The secret that proves the front door to the API. */
  readonly originVerify: string;
  /** The domain under which the upstream knows HTTP APIs: `<api id>.execute-api.<domain>`. */
  readonly apiDomain: string;
  /** AWS calls that the emulator cannot answer. */
  readonly answers?: readonly LocalAnswer[] | undefined;
  /** Pages at the API's origin that are not part of the API. */
  readonly pages?: readonly LocalAnswer[] | undefined;
  /** Answers `OPTIONS` instead of the emulator. */
  readonly preflight?: PreflightAnswer;
}

export interface Gateway {
  /** The origin of the API, for people. */
  readonly apiUrl: string;
  /** The AWS endpoint for tools, for S3 and SQS from functions, and for presigned URLs. */
  readonly awsUrl: string;
  /** Sets the routes of the API; until then its paths answer 503. */
  serve(routes: readonly ApiRoute[]): void;
  stop(): Promise<void>;
}

/** Opens the front door of a stack: one port for the API, which imitates CloudFront, and one for AWS. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const upstream = openUpstream(options.upstream);
  let routes: readonly ApiRoute[] = [];
  const answerApi: RequestListener = (request, response) => {
    if (options.pages?.some((answer) => answer(request, response))) return;
    request.url = withoutTrailingSlash(originForm(request.url!));
    if (answerTooLarge(request, response)) return;
    const route = findRoute(routes, request.url);
    if (!route) return refuse(response, 'The local stack is starting: nothing is deployed at this path yet.');
    const apiHost = `${route.apiId}.execute-api.${options.apiDomain}`;
    const viewer = { address: request.socket.remoteAddress ?? '', originVerify: options.originVerify, apiHost };
    const headers = apiHeaders(request.rawHeaders, viewer);
    if (request.method === 'OPTIONS' && options.preflight) return options.preflight(request, response, headers);
    forward(request, response, upstream, headers);
  };
  const answerAws: RequestListener = (request, response) => {
    if (options.answers?.some((answer) => answer(request, response))) return;
    forward(request, response, upstream, awsHeaders(request.rawHeaders));
  };
  const servers: Server[] = [];
  const stop = async () => {
    await Promise.all(servers.map(close));
    upstream.agent.destroy();
  };
  try {
    // Clients resolve `localhost` to either address; a machine without IPv6 has only the first.
    servers.push(await listen(answerApi, options.apiPort, '127.0.0.1'));
    servers.push(...(await listen(answerApi, options.apiPort, '::1').then((server) => [server], withoutIpv6)));
    servers.push(await listen(answerAws, options.awsPort, options.awsHost ? '0.0.0.0' : '127.0.0.1'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    apiUrl: `http://localhost:${options.apiPort}`,
    // A plain address, because SDKs then put bucket names into the path.
    awsUrl: `http://${options.awsHost ?? '127.0.0.1'}:${options.awsPort}`,
    serve: (deployed) => {
      routes = deployed;
    },
    stop,
  };
}

function listen(answer: RequestListener, port: number, host: string): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 75_000 }, answer);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function withoutIpv6(error: NodeJS.ErrnoException): Server[] {
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return [];
  throw new CommandProblem(
    `The gateway cannot listen on localhost (${error.message}): free that port and start again.`,
  );
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
