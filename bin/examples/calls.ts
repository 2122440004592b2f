/** Requests of the examples. */

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each answer has its own shape
  readonly body: any;
  readonly bytes: Buffer;
}

/** Requests with one credential. */
export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Calls to one platform with a credential. An error status throws, unless it is `allowed`. */
export function callsTo(base: string, request: typeof fetch) {
  return (token: string | undefined, allowed: readonly number[] = []): Call => {
    return async (method, path, body, headers = {}) => {
      const answer = await request(base + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          // `fetch` itself sets the content type of a form.
          ...(body === undefined || body instanceof FormData ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const { status } = answer;
      if (!answer.ok && !allowed.includes(status)) throw new Error(`${method} ${path} answered ${status}: ${bytes}`);
      const isJson = answer.headers.get('content-type')?.includes('json') && bytes.length > 0;
      return { status, headers: answer.headers, body: isJson ? JSON.parse(bytes.toString('utf8')) : undefined, bytes };
    };
  };
}
