import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { region, rootKey } from './environment.ts';
import { originForm, refuse } from './forward.ts';
import { headerValue } from './headers.ts';

export type PreflightAnswer = (request: IncomingMessage, response: ServerResponse, headers: readonly string[]) => void;

interface FunctionAnswer {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/**
 * An HTTP API without CORS settings passes `OPTIONS` to its `$default` route. The emulator refuses it instead, so this
 * code invokes the function behind `$default` with the event that API Gateway would send.
 */
export function preflightAnswer(endpoint: string, fallbackFunction: string): PreflightAnswer {
  const credentials = { accessKeyId: rootKey.AWS_ACCESS_KEY_ID, secretAccessKey: rootKey.AWS_SECRET_ACCESS_KEY };
  const lambda = new LambdaClient({ endpoint, region, credentials });
  return (request, response, headers) => {
    request.resume();
    const Payload = JSON.stringify(preflightEvent(request, headers));
    lambda
      .send(new InvokeCommand({ FunctionName: fallbackFunction, Payload }))
      .then((answer) => JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')) as FunctionAnswer)
      .then(({ statusCode, headers: sent, body }) => response.writeHead(statusCode, sent).end(body))
      .catch(() => refuse(response, 'The local stack does not answer: it is starting, or it has ended.'));
  };
}

function preflightEvent(request: IncomingMessage, headers: readonly string[]) {
  const [rawPath = '/', ...query] = originForm(request.url!).split('?');
  const names = headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query.join('?'),
    headers: Object.fromEntries(names.map((name) => [name, headerValue(headers, name)])),
    requestContext: { http: { method: 'OPTIONS', path: rawPath, sourceIp: '127.0.0.1' } },
    isBase64Encoded: false,
  };
}
