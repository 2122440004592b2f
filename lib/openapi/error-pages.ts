import { catalogue, type ProblemCode } from '../../shared/problems/catalogue.ts';
import { errorBody } from './error-schemas.ts';
import { items } from './explanations/items.ts';
import { explanations } from './explanations.ts';
import { head } from './page.ts';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Renders one of our sentences as HTML; of Markdown only code is supported. */
const sentence = (text: string) => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/** Statuses that a route may choose. */
const chosen = { invalid: '422, on some routes 400', malformed: '400, on one route 422' } as const;

/** What a page says about a code. */
interface Page {
  readonly status: string;
  readonly title: string;
  readonly when: string;
  readonly remedy: string;
  readonly example: unknown;
}

const problemPage = (code: ProblemCode): Page => {
  const { status, title } = catalogue[code];
  const example = errorBody(code);
  return { ...explanations[code], status: typeof status === 'number' ? `${status}` : chosen[status], title, example };
};

const itemPages = Object.entries(items).map(([code, { where, detail, ...rest }]): [string, Page] => {
  const example = { error_code: code, message: detail };
  return [code, { ...rest, status: `One item of ${where}`, example }];
});

const pages: readonly (readonly [code: string, page: Page])[] = [
  ...(Object.keys(catalogue) as ProblemCode[]).map((code) => [code, problemPage(code)] as const),
  ...itemPages,
];

const page = (title: string, style: string, content: string): string => `${head(`${title} · Hexfence API`, style)}
</head>
<body>
<main class="page">
${content}
</main>
</body>
</html>
`;

function errorPage(code: string, { status, title, when, remedy, example }: Page, style: string): string {
  return page(
    code,
    style,
    `<p class="status">${sentence(status)} · ${escaped(title)}</p>
<h1>${code}</h1>
<h2>When</h2>
<p>${sentence(when)}</p>
<h2>What to do</h2>
<p>${sentence(remedy)}</p>
<h2>Example</h2>
<pre>${escaped(JSON.stringify(example, null, 2))}</pre>
<p><a href="/docs/errors">All error codes</a> · <a href="/docs">All of the API</a></p>`,
  );
}

/** The page of each code, for `/docs/errors/{code}`. */
export function errorPages(style: string): Record<string, string> {
  return Object.fromEntries(pages.map(([code, about]) => [code, errorPage(code, about, style)]));
}

const rows = (codes: typeof pages): string =>
  codes
    .map(
      ([code, { status, title }]) =>
        `<tr><td>${sentence(status)}</td><td><a href="/docs/errors/${code}">${code}</a></td><td>${escaped(title)}</td></tr>`,
    )
    .join('\n');

const table = (codes: typeof pages): string => `<table>\n${rows(codes)}\n</table>`;

/** The index of the pages, for `/docs/errors`. */
export function errorIndex(style: string): string {
  return page(
    'Error codes',
    style,
    `<h1>Error codes</h1>
<p>Every refusal has an <code>error_code</code>. Codes are stable; new ones may be added.</p>
${table(pages.filter(([code]) => !Object.hasOwn(items, code)))}
<h2>Codes of single items</h2>
<p>Beside the results of other items, in an answer that succeeds as a whole, or as the cause why a message of a device is in quarantine.</p>
${table(itemPages)}
<p><a href="/docs">All of the API</a></p>`,
  );
}
