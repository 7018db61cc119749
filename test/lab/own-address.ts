/** Addresses of servers on the loopback, which no two tests at a time share. */

let made = 0
/** Below those that the kernel gives to clients. */
const firstPort = 2000

/** An address of this process alone, and a port of it that is given once. */
export function ownAddress(): { readonly address: string; readonly port: number } {
  made += 1
  // Process numbers have 22 bits, and all of 127.0.0.0/8 is the loopback's.
  const bytes = [(process.pid >> 16) + 1, (process.pid >> 8) & 255, process.pid & 255]
  return { address: `127.${bytes.join('.')}`, port: firstPort + made }
}
