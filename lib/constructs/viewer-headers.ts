/**
 * The CloudFront Function at the front door, in the JavaScript that CloudFront runs. It says who is calling and by what
 * name, in headers that no caller can set for himself, and takes away the header by which the API knows the front door.
 * A trailing slash is dropped: API Gateway would take it for another path.
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
