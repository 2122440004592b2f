import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { largestBodyBytes, tooLarge } from '../constructs/body-limit.ts';
import { headerValue } from './headers.ts';

/** Answers for the API when a body is larger than any function takes, as the front door in AWS does. */
export function answerTooLarge(request: IncomingMessage, response: ServerResponse): boolean {
  const length = Number(headerValue(request.rawHeaders, 'content-length'));
  if (!(length > largestBodyBytes)) return false;
  const [path = ''] = request.url!.split('?');
  const answer = path === '/api/v1/media/upload' ? tooLarge[path] : tooLarge.others;
  const id = `req_${randomBytes(10).toString('hex').toUpperCase()}`;
  const origin = headerValue(request.rawHeaders, 'origin');
  const headers = {
    'Content-Type': 'application/json',
    'Cache-Control': 'private, no-store',
    'X-Request-ID': id,
    ...(origin ? { 'Access-Control-Allow-Origin': origin } : {}),
  };
  // Clients that write the whole body before they read would not see an answer that comes earlier.
  request.once('end', () => response.writeHead(413, headers).end(JSON.stringify({ ...answer, request_id: id })));
  request.resume();
  return true;
}
