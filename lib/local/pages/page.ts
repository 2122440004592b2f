import type { IncomingMessage, ServerResponse } from 'node:http';
import { escaped } from '../../../shared/mail/plain-text.ts';
import { styleSheet } from '../../openapi/page.ts';
import { originForm } from '../forward.ts';

/** A page that the local gateway itself serves: HTML for browsers, the same as text for `curl`. */
export interface Page {
  readonly title: string;
  /** HTML that our own code has written. */
  readonly body: string;
  readonly text: string;
}

/** The policy loads and runs nothing, whatever a mail contains; frames inherit it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'";

/**
 * Shows a page at a path.
 *
 * @returns true when the request was for this page and has been answered
 */
export function showAt(
  path: string,
  make: (query: URLSearchParams) => Page | Promise<Page>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    // Not by `URL`, which refuses some targets that clients may send, such as `//`.
    const target = originForm(request.url!);
    const [asked] = target.split('?', 1);
    if (asked !== path) return false;
    const query = new URLSearchParams(target.slice(path.length));
    request.resume();
    if (request.method !== 'GET') send(response, 405, 'text/plain', 'Only GET is accepted here.\n', { Allow: 'GET' });
    else {
      const wantsPage = request.headers.accept?.includes('text/html') === true;
      Promise.resolve(query)
        .then(make)
        .then(
          (page) =>
            wantsPage ? send(response, 200, 'text/html', html(page)) : send(response, 200, 'text/plain', page.text),
          () =>
            send(response, 503, 'text/plain', 'The local stack does not answer: it is starting, or it has ended.\n'),
        );
    }
    return true;
  };
}

const html = ({ title, body }: Page) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Hexfence</title>
<style>${styleSheet}
.page iframe { width: 100%; height: 22rem; border: 1px solid #8884; border-radius: .5rem; background: #fff; }
.page article { margin: 2.5rem 0; }
.page article pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.page table { border-spacing: 0 .15rem; }
.page th { padding-right: 1rem; text-align: left; font-weight: normal; color: #767676; }
</style>
</head>
<body>
<main class="page">
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>
`;

function send(response: ServerResponse, status: number, type: string, text: string, more: Record<string, string> = {}) {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...more,
  });
  response.end(text);
}
