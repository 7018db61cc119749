/** The refusal of bytes from the wire. */

/**
 * Bytes that anybody may have sent are not what they should be. Every decoder of this folder and of
 * the folders `message` throws this and nothing else, whatever it is given.
 */
export class PacketError extends Error {
  override readonly name = 'PacketError'

  /** Its message reads `decode <what>: <reason>`. */
  constructor(what: string, reason: string) {
    super(`decode ${what}: ${reason}`)
  }
}

/** What a decoder makes of bytes, or nothing where it refuses them. */
export function unlessRefused<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof PacketError) return undefined
    throw error
  }
}
