/** The refusal of bytes from the wire. */

/**
 * Bytes that anybody may have sent are not what they should be. Every decoder of this folder and of
 * `ipam/dhcp/message` throws this and nothing else, whatever it is given.
 */
export class PacketError extends Error {
  override readonly name = 'PacketError'

  /** Its message reads `decode <what>: <reason>`. */
  constructor(what: string, reason: string) {
    super(`decode ${what}: ${reason}`)
  }
}
