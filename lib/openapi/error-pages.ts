import { catalogue, type ProblemCode } from '../../shared/problems/catalogue.ts';
import { errorBody } from './error-schemas.ts';
import { explanations } from './explanations.ts';
import { head } from './page.ts';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Renders one of our sentences as HTML; of Markdown only code is supported. */
const sentence = (text: string) => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/** Statuses that a route may choose. */
const chosen = { invalid: '422, on some routes 400', malformed: '400, on one route 422' } as const;

function errorPage(code: ProblemCode, style: string): string {
  const { status, title } = catalogue[code];
  const { when, remedy } = explanations[code];
  return `${head(`${code} · Hexfence API`, style)}
</head>
<body>
<main class="page">
<p class="status">${typeof status === 'number' ? status : chosen[status]} · ${escaped(title)}</p>
<h1>${code}</h1>
<h2>When</h2>
<p>${sentence(when)}</p>
<h2>What to do</h2>
<p>${sentence(remedy)}</p>
<h2>Example</h2>
<pre>${escaped(JSON.stringify(errorBody(code), null, 2))}</pre>
<p><a href="/docs">All of the API</a></p>
</main>
</body>
</html>
`;
}

/** The page of each code, for `/docs/errors/{code}`. */
export function errorPages(style: string): Record<string, string> {
  const codes = Object.keys(catalogue) as ProblemCode[];
  return Object.fromEntries(codes.map((code) => [code, errorPage(code, style)]));
}
