/** The same pages; each is read while the one before is processed. */
export async function* readAhead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  const read = (): Promise<IteratorResult<T>> => {
    const page = pages.next();
    // The next call that awaits it gets its failure; until then the rejection must not count as unhandled.
    page.catch(() => undefined);
    return page;
  };
  let next = read();
  try {
    for (;;) {
      const page = await next;
      if (page.done) return;
      next = read();
      yield page.value;
    }
  } finally {
    await next.catch(() => undefined);
    await pages.return(undefined);
  }
}
