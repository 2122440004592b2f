/**
 * The CloudFront Function at the front door, in the JavaScript that CloudFront runs. It writes the caller's address and
 * the requested host into headers that no caller can set, and removes the header that proves the front door to the API.
 * It drops a trailing slash, because API Gateway would treat the path as a different one.
 */
export const viewerHeaders = `function handler(event) {
  var request = event.request;
  var headers = request.headers;
  headers['x-viewer-address'] = { value: event.viewer.ip };
  headers['x-viewer-host'] = { value: headers.host ? headers.host.value : '' };
  delete headers['x-origin-verify'];
  request.uri = request.uri.replace(/(.)\\/+$/, '$1');
  return request;
}
`;
