/** Bytes of each of the two numbers of a P-256 signature. */
const size = 32;
const sequenceTag = 0x30;
const integerTag = 0x02;

/**
 * The two numbers of a P-256 signature as JWS needs them, 32 bytes each. KMS answers with DER, where each number is as
 * short as possible, with a zero byte before a high bit.
 */
export function rawSignature(der: Uint8Array): Buffer {
  const raw = Buffer.alloc(2 * size);
  let end = 2;
  for (const target of [size, 2 * size]) {
    const [tag, length = 0] = der.subarray(end, end + 2);
    const start = end + 2;
    end = start + length;
    const digits = withoutLeadingZeros(der.subarray(start, end));
    if (tag !== integerTag || length === 0 || end > der.length || digits.length > size) throw malformed();
    raw.set(digits, target - digits.length);
  }
  if (der[0] !== sequenceTag || der[1] !== der.length - 2 || end !== der.length) throw malformed();
  return raw;
}

function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? bytes.subarray(bytes.length) : bytes.subarray(first);
}

const malformed = () => new Error('KMS answered with a signature that is not one of P-256.');
