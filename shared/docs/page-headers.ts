/** What the documentation pages may load: their own files, and the API that they call. */
const policies = {
  /** The reference renders `style` attributes and draws icons and previews from `data:` and `blob:`. */
  reference: [
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self' data:",
  ],
  text: ["style-src 'self'", 'img-src data:'],
} as const;

const none = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];

export function pageHeaders(page: keyof typeof policies): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': [...none, ...policies[page]].join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY',
  };
}
