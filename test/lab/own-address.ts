/** Addresses of servers on the loopback, which no two tests at a time share. */

// Process numbers have 22 bits, and all of 127.0.0.0/8 is the loopback's.
const bytes = [127, (process.pid >> 16) + 1, (process.pid >> 8) & 255, process.pid & 255]

/** An address of this process alone. */
export const ownLoopback: string = bytes.join('.')

let made = 0
/** Below those that the kernel gives to clients. */
const firstPort = 2000

/** A place on it for a server, which is given once. */
export function ownAddress(): { readonly address: string; readonly port: number } {
  made += 1
  return { address: ownLoopback, port: firstPort + made }
}
