/** Sets a member of an object, whatever its name: assigning to `__proto__` would set the prototype. */
export function setOwn(holder: object, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(holder, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    (holder as Record<string, unknown>)[name] = value;
  }
}
