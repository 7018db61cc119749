/** What every host promises (src/host/host.ts), as one suite to run on each. */

import { symlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Clock, Host, Processes } from '#host/host.ts'
import type { Http } from '#host/http.ts'
import type { Sockets } from '#host/sockets.ts'
import { adoptionContract } from './host-adoption.ts'
import { digestsContract } from './host-digests.ts'
import { diskContract } from './host-disk.ts'
import { filesContract } from './host-files.ts'
import { httpContract } from './host-http.ts'
import { httpServerContract } from './host-http-server.ts'
import { httpStreamsContract } from './host-http-streams.ts'
import { httpsContract } from './host-https.ts'
import { locksContract } from './host-locks.ts'
import { peersContract } from './host-peers.ts'
import { processesContract } from './host-processes.ts'
import { signalsContract } from './host-signals.ts'
import { socketsContract } from './host-sockets.ts'
import { streamsContract } from './host-streams.ts'
import { timersContract } from './host-timers.ts'

/** A host but for what calls back, which is seen in scenes: the calls come from inside the engine. */
export interface HostWithoutCalls extends Omit<Host, 'clock' | 'http' | 'processes' | 'sockets'> {
  readonly clock: Omit<Clock, 'startTimer'>
  readonly http: Omit<Http, 'serve'>
  readonly processes: Omit<Processes, 'onSignal'>
  /** Neither can a socket be handed to a process that runs already. */
  readonly sockets: Omit<Sockets, 'adopt'>
}

export interface HostUnderTest {
  readonly host: HostWithoutCalls
  /** The path of a new, empty folder. */
  readonly folder: string
  /** See `StreamsUnderTest`. */
  readonly echo: readonly string[]
  /** See `ScenesUnderTest`. */
  readonly scenes: readonly string[]
}

export function hostContract(open: () => HostUnderTest): void {
  const openFiles = () => {
    const { host, folder } = open()
    const makeLink = (path: string, target: string) => symlinkSync(target, path)
    return { files: host.files, folder, makeLink }
  }
  const openProcesses = () => {
    const { host, folder } = open()
    return { processes: host.processes, folder }
  }
  const openSockets = () => {
    const { host, folder } = open()
    return { sockets: host.sockets, folder }
  }

  describe('its files', () => filesContract(openFiles))
  describe('its disk', () => diskContract(openFiles))
  describe('its locks', () => locksContract(openFiles))
  describe('its processes', () => processesContract(openProcesses))
  describe('its sockets', () => socketsContract(openSockets))
  describe('its peers', () => peersContract(openSockets))
  describe('its adopted sockets', () => adoptionContract(open))
  describe('its HTTP', () => httpContract(() => open().host.http))
  describe('its streams of HTTP', () => httpStreamsContract(() => open().host.http))
  describe('its HTTPS', () => httpsContract(() => open().host.http))
  describe('its HTTP server', () => httpServerContract(open))
  describe('its timers', () => timersContract(open))
  describe('its signals', () => signalsContract(open))
  describe('its standard streams', () => streamsContract(open))
  describe('its digests', () => digestsContract(() => open().host.digests))

  describe('its environment', () => {
    test('tells the same of one variable as of all', () => {
      const { environment } = open().host
      const { PATH } = environment.all()
      expect(PATH).toBeDefined()
      expect(environment.get('PATH')).toBe(PATH)
    })

    test('has only the variables that are set', () => {
      const { environment } = open().host
      expect(environment.get('NETWRIGHT_NO_SUCH_VARIABLE')).toBeUndefined()
      expect(environment.get('toString')).toBeUndefined()
    })
  })

  describe('its clock', () => {
    test('moves on by at least what was slept', async () => {
      const { clock } = open().host
      const before = clock.monotonicMs()
      await clock.sleep(5)
      // A timer may fire when the last millisecond has begun.
      expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(4)
    })

    test('counts as all processes of this machine do', () => {
      const nowMs = () => Number(process.hrtime.bigint()) / 1e6
      const before = nowMs()
      const now = open().host.clock.monotonicMs()
      expect(now).toBeGreaterThanOrEqual(before)
      expect(now).toBeLessThanOrEqual(nowMs())
    })

    test('has the time of day', () => {
      const before = Date.now()
      const now = open().host.clock.wallMs()
      expect(now).toBeGreaterThanOrEqual(before)
      expect(now).toBeLessThanOrEqual(Date.now())
    })
  })

  describe('its random bytes', () => {
    test('are as many as wanted', () => {
      const { random } = open().host
      const lengths = [0, 1, 16, 65_536].map((count) => random.bytes(count).length)
      expect(lengths).toEqual([0, 1, 16, 65_536])
    })

    test('are of all values, and never the same twice', () => {
      const { random } = open().host
      const bytes = random.bytes(65_536)
      expect(new Set(bytes).size).toBe(256)
      expect(random.bytes(65_536)).not.toEqual(bytes)
    })
  })
}
