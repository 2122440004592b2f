/** The same pages; each is being read while the one before is worked off. */
export async function* readAhead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  const read = (): Promise<IteratorResult<T>> => {
    const page = pages.next();
    // Whoever waits for it next gets its failure; until then it is not an unhandled one.
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
