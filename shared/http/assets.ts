import { readFile } from 'node:fs/promises';

const read = new Map<string, Promise<Buffer>>();

/**
 * A file of the build that is stored beside the function's bundle (`assets` of its route). Each process reads it once.
 */
export function asset(name: string): Promise<Buffer> {
  let content = read.get(name);
  if (!content) {
    content = readFile(new URL(name, import.meta.url));
    read.set(name, content);
  }
  return content;
}
