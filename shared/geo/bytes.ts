/** Appends LEB128 variable-length integers; numbers up to 2^53. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = value;
  }

  /** Writes a non-negative integer, seven bits per byte, lowest bits first. */
  unsigned(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** Writes a signed integer in zigzag coding, so that small values stay short. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Four bytes, little endian. */
  int32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >> shift) & 255);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what {@link ByteWriter} wrote. Throws a RangeError when the bytes end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#offset++];
    if (value === undefined) throw new RangeError('Stored geometry ends too early');
    return value;
  }

  unsigned(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const next = this.byte();
      if (next < 128) return value + next * weight;
      value += (next - 128) * weight;
    }
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  int32(): number {
    return this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24);
  }
}
