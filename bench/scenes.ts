/** The jobs that contenders are measured at. Another one is an entry here, and budgets in budgets.json. */

import {
  type Attached,
  bridgeOf,
  checkBridge,
  checkDevice,
  checkDeviceReturned,
  checkMacvlan,
  checkMasquerade,
  checkPortRemoved,
  checkPtp,
  checkPtpRemoved,
  checkRulesRemoved,
  deviceOf,
} from './checks.ts'
import type { ContenderName } from './contenders.ts'

export const sceneNames = ['macvlan', 'bridge', 'masquerade', 'ptp', 'host-device'] as const

export type SceneName = (typeof sceneNames)[number]

/** What can be measured in a scene: groups of measures that are taken together. */
export type MeasureGroup = 'version' | 'attachments' | 'parallel' | 'needs'

export interface Scene {
  readonly title: string
  /** The main plugin; its addresses are from host-local. */
  readonly type: string
  readonly contenders: readonly ContenderName[]
  readonly measured: readonly MeasureGroup[]
  /** What calls find in their environment beside CNI's own variables. */
  readonly environment: Readonly<Record<string, string>>
  /** Addresses of the two ends of the cable between the host and another one: what is outside. */
  readonly cable?: { readonly near: string; readonly far: string }
  /** The name of a link of the host for each contender. */
  readonly device?: (contender: ContenderName) => string
  /** What the configuration says beside name, type and addresses. */
  readonly keys: (contender: ContenderName) => object
  /** Hold an ADD, and then its DEL, to what is particular to the scene. @throws AssertionError */
  readonly checkAdded: (attached: Attached) => void
  readonly checkRemoved: (attached: Attached) => void
}

const outside = { near: '192.0.2.1', far: '192.0.2.2' }

export const scenes: Readonly<Record<SceneName, Scene>> = {
  macvlan: {
    title: 'macvlan',
    type: 'macvlan',
    contenders: ['netwright', 'go', 'floor', 'node'],
    measured: ['version', 'attachments', 'parallel', 'needs'],
    environment: {},
    keys: () => ({ master: 'eth0', mode: 'bridge' }),
    checkAdded: checkMacvlan,
    checkRemoved: () => {},
  },
  bridge: {
    title: 'bridge with a gateway',
    type: 'bridge',
    contenders: ['netwright', 'go', 'node'],
    measured: ['attachments', 'parallel'],
    environment: {},
    keys: (contender) => ({ bridge: bridgeOf(contender), isGateway: true }),
    checkAdded: checkBridge,
    checkRemoved: checkPortRemoved,
  },
  masquerade: {
    title: 'bridge with a gateway that masquerades',
    type: 'bridge',
    contenders: ['netwright', 'go', 'node'],
    measured: ['attachments'],
    // Where the Go plugins look for iptables.
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    cable: outside,
    keys: (contender) => ({
      bridge: bridgeOf(contender),
      isGateway: true,
      ipMasq: true,
      // The Go plugins of Debian 12 do not know the key, and use iptables.
      ipMasqBackend: 'nftables',
    }),
    checkAdded: (attached) => checkMasquerade(attached, outside.far),
    checkRemoved: checkRulesRemoved,
  },
  ptp: {
    title: 'ptp',
    type: 'ptp',
    contenders: ['netwright', 'go', 'node'],
    measured: ['attachments'],
    environment: {},
    keys: () => ({}),
    checkAdded: checkPtp,
    checkRemoved: checkPtpRemoved,
  },
  'host-device': {
    title: 'host-device',
    type: 'host-device',
    contenders: ['netwright', 'go', 'node'],
    measured: ['attachments'],
    environment: {},
    device: deviceOf,
    keys: (contender) => ({ device: deviceOf(contender) }),
    checkAdded: checkDevice,
    checkRemoved: checkDeviceReturned,
  },
}
