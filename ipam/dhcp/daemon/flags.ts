/** The command line of the daemon: the reference's, in the syntax of Go's flags. */

import { type ClientTiming, defaultTiming } from '#ipam/dhcp/client/settings.ts'
import { findDurationMs } from './duration.ts'

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

/** A command line that is not as expected; its message is for whoever typed it. */
export class FlagError extends Error {
  override readonly name = 'FlagError'
}

/** The values as they were written. */
interface RawFlags {
  pidfile: string
  hostprefix: string
  socketpath: string
  broadcast: string
  timeout: string
  resendmax: string
  resendtimeout: string
}

const defaults: RawFlags = {
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

/** Whether a word asks for the usage. */
export function asksForHelp(words: readonly string[]): boolean {
  return words.some((word) => /^--?h(?:elp)?$/.test(word))
}

/** @throws FlagError */
export function readFlags(words: readonly string[]): DaemonFlags {
  const raw = readRaw(words)
  const { pidfile, hostprefix, socketpath } = raw
  if (pidfile !== '' && !pidfile.startsWith('/')) {
    throw new FlagError(`-pidfile: expected an absolute path, found ${JSON.stringify(pidfile)}`)
  }
  return {
    pidFile: pidfile,
    hostPrefix: hostprefix,
    socketPath: socketpath,
    wantsBroadcast: readFlag(raw.broadcast),
    timing: {
      firstWaitMs: readDuration('timeout', raw),
      longestWaitMs: readDuration('resendmax', raw),
      budgetMs: readDuration('resendtimeout', raw),
    },
  }
}

function readRaw(words: readonly string[]): RawFlags {
  const raw = { ...defaults }
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined && word !== '--'; word = rest.shift()) {
    const [, name = '', value] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? []
    if (!isFlagName(name)) throw new FlagError(`flag not known: ${word}`)
    raw[name] = value ?? (name === 'broadcast' ? 'true' : requireValue(word, rest.shift()))
  }
  if (rest.length > 0) throw new FlagError(`argument not expected: ${rest[0]}`)
  return raw
}

function isFlagName(name: string): name is keyof RawFlags {
  return Object.hasOwn(defaults, name)
}

function requireValue(flag: string, value: string | undefined): string {
  if (value === undefined) throw new FlagError(`flag needs a value: ${flag}`)
  return value
}

/** What Go's strconv.ParseBool takes. */
function readFlag(text: string): boolean {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false
  throw new FlagError(`-broadcast: expected true or false, found ${JSON.stringify(text)}`)
}

function readDuration(name: 'timeout' | 'resendmax' | 'resendtimeout', raw: RawFlags): number {
  const ms = findDurationMs(raw[name])
  if (ms !== undefined && ms > 0) return ms
  const found = JSON.stringify(raw[name])
  throw new FlagError(`-${name}: expected a duration such as 10s or 1m30s, found ${found}`)
}
