import { hash } from 'node:crypto'

/** Bytes that SHA-256 takes in at a time, and bytes of its digest (FIPS 180-4). */
const BLOCK = 64
const DIGEST = 32

/** Bytes of a text that needs no memory of its own. */
const USUAL = 1024

/** One key, prepared. */
export interface Hmac {
  /** As base64url without padding. */
  text(message: string): string
  bytes(message: string): Buffer
}

/**
 * HMAC-SHA-256 under a key of 64 bytes or fewer (RFC 2104), by two one-shot hashes: `createHmac` makes an object outside of the heap for each message, which costs more to
 * throw away than to use.
 */
export function hmacSha256(key: Uint8Array): Hmac {
  const inner = padded(key, 0x36, USUAL)
  const outer = padded(key, 0x5c, DIGEST)

  function finish(message: string): Buffer {
    const length = Buffer.byteLength(message)
    const input = length > USUAL ? padded(key, 0x36, length) : inner
    input.write(message, BLOCK)
    outer.write(hash('sha256', input.subarray(0, BLOCK + length), 'binary'), BLOCK, 'binary')
    return outer
  }
  return {
    text: (message) => hash('sha256', finish(message), 'base64url'),
    bytes: (message) => Buffer.from(hash('sha256', finish(message), 'binary'), 'binary'),
  }
}

/** The key, xor-ed as RFC 2104 says, before so many bytes of room. */
function padded(key: Uint8Array, pad: number, room: number): Buffer {
  const bytes = Buffer.alloc(BLOCK + room)
  bytes.fill(pad, 0, BLOCK)
  for (const [index, byte] of key.entries()) bytes[index] = byte ^ pad
  return bytes
}
