import { largestBodyBytes, tooLarge } from './body-limit.ts';

/**
 * The CloudFront Function at the front door, in the JavaScript that CloudFront runs. It writes the caller's address and
 * the requested host into headers that no caller can set, and removes the header that proves the front door to the API.
 * It drops a trailing slash, because API Gateway would treat the path as a different one. It answers itself when a body
 * is larger than any function takes.
 *
 * @param allowedOrigins pages that may read its answers; `*` for all
 */
export const viewerHeaders = (
  allowedOrigins: readonly string[],
): string => `var origins = ${JSON.stringify(allowedOrigins)};
var answers = ${JSON.stringify(tooLarge)};

function valueOf(headers, name) {
  return headers[name] ? headers[name].value : '';
}

function refused(event, uri) {
  var headers = event.request.headers;
  var answer = answers[uri] || answers.others;
  var id = 'req_' + event.context.requestId.replace(/[^0-9A-Za-z]/g, '').toUpperCase().slice(0, 26);
  var accept = valueOf(headers, 'accept');
  var isProblem = accept.indexOf('application/problem+json') >= 0 && accept.indexOf('application/json') < 0;
  var body = { detail: answer.detail, error_code: answer.error_code, details: answer.details, request_id: id };
  if (isProblem) {
    body.type = 'https://' + valueOf(headers, 'host') + '/docs/errors/' + answer.error_code;
    body.title = answer.error_code === 'FILE_TOO_LARGE' ? 'File too large' : 'Payload too large';
    body.status = 413;
    body.instance = uri;
  }
  var sent = {
    'content-type': { value: isProblem ? 'application/problem+json' : 'application/json' },
    'cache-control': { value: 'private, no-store' },
    'x-request-id': { value: id },
    'x-content-type-options': { value: 'nosniff' },
    vary: { value: 'Origin' },
  };
  var origin = valueOf(headers, 'origin');
  if (origin && (origins.indexOf('*') >= 0 || origins.indexOf(origin) >= 0)) {
    sent['access-control-allow-origin'] = { value: origin };
    sent['access-control-expose-headers'] = { value: 'X-Request-ID' };
  }
  return {
    statusCode: 413,
    statusDescription: 'Content Too Large',
    headers: sent,
    body: { encoding: 'text', data: JSON.stringify(body) },
  };
}

function handler(event) {
  var request = event.request;
  var headers = request.headers;
  request.uri = request.uri.replace(/(.)\\/+$/, '$1');
  if (Number(valueOf(headers, 'content-length')) > ${largestBodyBytes}) return refused(event, request.uri);
  headers['x-viewer-address'] = { value: event.viewer.ip };
  headers['x-viewer-host'] = { value: valueOf(headers, 'host') };
  delete headers['x-origin-verify'];
  return request;
}
`;
