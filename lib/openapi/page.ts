/** File names of the page, as `assets.ts` publishes them. */
export interface PageFiles {
  readonly scalar: string;
  readonly start: string;
  readonly style: string;
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cpath fill='none' stroke='%230f766e' stroke-width='3' d='M16 3l11.3 6.5v13L16 29 4.7 22.5v-13z'/%3E%3Ccircle cx='16' cy='16' r='4' fill='%230f766e'/%3E%3C/svg%3E";

/** The beginning of every page. */
export const head = (title: string, style: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="/docs/assets/${style}">`;

/**
 * The page at `/docs`. It has no inline code, so that its content policy can refuse everything except our own files.
 */
export const docsPage = ({ scalar, start, style }: PageFiles) => `${head('Hexfence API', style)}
</head>
<body>
<div id="reference"></div>
<noscript><main class="page"><p>This page needs JavaScript. The same as an OpenAPI document: <a href="/openapi/openapi.json">/openapi/openapi.json</a>.</p></main></noscript>
<script src="/docs/assets/${scalar}"></script>
<script src="/docs/assets/${start}"></script>
</body>
</html>
`;

/**
 * Loads only our own document and calls only our own API: no fonts, assistants, registries or proxies from elsewhere.
 */
const configuration = {
  url: '/openapi/openapi.json',
  proxyUrl: '',
  theme: 'default',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  persistAuth: false,
  documentDownloadType: 'json',
  orderSchemaPropertiesBy: 'preserve',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  authentication: { preferredSecurityScheme: 'apiKey' },
};

export const startScript = `Scalar.createApiReference('#reference', ${JSON.stringify(configuration)});\n`;

export const styleSheet = `:root { color-scheme: light dark; }
body { margin: 0; --scalar-font: system-ui, sans-serif; --scalar-font-code: ui-monospace, monospace; }
.light-mode { --scalar-color-accent: #0f766e; }
.dark-mode { --scalar-color-accent: #2dd4bf; }
.page { max-width: 42rem; margin: 3rem auto; padding: 0 1.25rem; font: 1rem/1.6 system-ui, sans-serif; }
.page h1 { margin: 0 0 .25rem; font-size: 1.6rem; overflow-wrap: anywhere; }
.page h2 { margin: 2rem 0 .25rem; font-size: 1rem; }
.page a { color: #0f766e; }
.page code, .page pre { font-family: ui-monospace, monospace; font-size: .9em; }
.page pre { padding: 1rem; overflow-x: auto; border: 1px solid #8884; border-radius: .5rem; }
.page table { border-spacing: 0 .35rem; font-size: .9rem; }
.page td { padding-right: 1rem; vertical-align: top; overflow-wrap: anywhere; }
.page .status { margin: 0; color: #767676; }
@media (prefers-color-scheme: dark) { .page a { color: #2dd4bf; } .page .status { color: #a3a3a3; } }
`;
