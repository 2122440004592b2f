/** Mails as their readers see them. */

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

export const unescaped = (html: string): string =>
  html.replace(/&(lt|gt|quot|#39|amp);/g, (entity) => entities[entity]!);

/** The text of an HTML mail, without its head. */
export const visible = (html: string): string =>
  unescaped(html.replace(/<head>.*<\/head>/s, '').replace(/<[^>]*>/g, ''));

/** The request that a mail asks its reader to send. */
export function requestOf(text: string): { operation: string; body: Record<string, string> } {
  const [, operation = '', body = '{}'] =
    /^POST (\S+)\nContent-Type: application\/json\n\n(\{.*?\n\})/ms.exec(text) ?? [];
  return { operation, body: JSON.parse(body) };
}

/** The token that a mail holds, in its link or in its request. */
export function tokenOf(text: string): string {
  return /[?&]token=([\w-]+)/.exec(text)?.[1] ?? requestOf(text).body.token ?? '';
}
