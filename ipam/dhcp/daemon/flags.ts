/** The command line of the daemon: the reference's, in the syntax of Go's flags. */

import { readAbsolutePath, readDurationMs, readFlagTexts, readSwitch } from '#base/flags.ts'
import { type ClientTiming, defaultTiming } from '#ipam/dhcp/client/settings.ts'

/** What the daemon was told. */
export interface DaemonFlags {
  /** Where to write the number of the process; nowhere when empty. */
  readonly pidFile: string
  /** What to put before the paths of the socket and of sandboxes. */
  readonly hostPrefix: string
  readonly socketPath: string
  readonly wantsBroadcast: boolean
  readonly timing: ClientTiming
}

const defaults = {
  pidfile: '',
  hostprefix: '',
  socketpath: '/run/cni/dhcp.sock',
  broadcast: 'false',
  timeout: `${defaultTiming.firstWaitMs}ms`,
  resendmax: `${defaultTiming.longestWaitMs}ms`,
  resendtimeout: `${defaultTiming.budgetMs}ms`,
}

export const flagUsage: string = `usage: dhcp daemon [flags]
  -pidfile PATH            write the number of the process there
  -hostprefix PATH         the host's root folder, for a daemon in a container
  -socketpath PATH         the socket to listen to (${defaults.socketpath})
  -broadcast               ask servers to broadcast their answers
  -timeout DURATION        the first wait for an answer, which then doubles (${defaultTiming.firstWaitMs / 1000}s)
  -resendmax DURATION      the longest wait for an answer (${defaultTiming.longestWaitMs / 1000}s)
  -resendtimeout DURATION  when an ADD fails that has no lease yet (${defaultTiming.budgetMs / 1000}s)
`

/** @throws FlagError */
export function readFlags(words: readonly string[]): DaemonFlags {
  const raw = readFlagTexts(words, defaults, ['broadcast'])
  return {
    pidFile: readAbsolutePath('pidfile', raw.pidfile),
    hostPrefix: raw.hostprefix,
    socketPath: raw.socketpath,
    wantsBroadcast: readSwitch('broadcast', raw.broadcast),
    timing: {
      firstWaitMs: readDurationMs('timeout', raw.timeout),
      longestWaitMs: readDurationMs('resendmax', raw.resendmax),
      budgetMs: readDurationMs('resendtimeout', raw.resendtimeout),
    },
  }
}
