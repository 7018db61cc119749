/** A machine in memory with a piece of hardware, and calls of host-device about it. */

import { expect } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { hostDevice } from '#plugins/host-device/plugin.ts'
import { FakeWorld, sandboxPath } from '#test/lab/fake-call.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'

export const folder = '/var/lib/cni/host-device'
export const mac = parseMac('02:00:00:00:00:08')
export const config = { device: 'ens8' }

/** `ens8` has everything that has to come back. */
export class DeviceWorld extends FakeWorld {
  readonly space: FakeNamespace = this.kernel.host

  constructor() {
    super()
    const controller = this.space.addLink({ name: 'br0', kind: 'bridge' }).index
    const facts = { mtu: 1400, mac, alias: 'my uplink', isUp: true, controller }
    const { index: link } = this.space.addLink({ name: 'ens8', ...facts })
    const broadcast = parseIpAddress('10.9.9.255')
    this.space.addAddress({ link, prefix: parseIpPrefix('10.9.9.1/24'), broadcast })
    this.space.addAddress({ link, prefix: parseIpPrefix('fd00::1/64') })
    this.space.addAddress({ link, prefix: parseIpPrefix('fe80::1/64'), scope: 253 })
    const state = { isTentative: false, isDuplicate: false, isPermanent: false }
    const leased = parseIpPrefix('10.8.8.8/24')
    this.space.addresses.push({ link, prefix: leased, scope: 0, ...state })
  }

  about(changes: object, keys: object = config) {
    return this.call({ type: 'host-device', ...keys }, changes)
  }

  add(changes: object = {}, keys?: object) {
    return hostDevice.add(this.about(changes, keys))
  }

  del(changes: object = {}, keys?: object) {
    return hostDevice.del(this.about({ command: 'DEL', ...changes }, keys))
  }

  status(keys?: object) {
    return hostDevice.status(this.about({ command: 'STATUS' }, keys))
  }

  /** The files of the records. */
  records(): readonly string[] {
    const paths = Object.keys(this.host.files.snapshot())
    return paths
      .filter((path) => path.endsWith('.json'))
      .map((path) => path.slice(folder.length + 1))
  }

  /** The addresses of the device on the host. */
  addresses(): readonly string[] {
    const { index: link } = this.space.link('ens8')
    return this.space.listAddresses({ link }).map(({ prefix }) => `${prefix}`)
  }

  /** Moves the device to the host, and does nothing else about it. */
  returnAs(name: string): string {
    this.sandbox.moveLink('net1', this.space, name)
    return name
  }

  /** What the kernel does with hardware when its namespace ends. */
  endSandbox(name = 'net1'): void {
    this.returnAs(name)
    this.kernel.namespaces.delete(sandboxPath)
  }

  expectAsBefore(): void {
    this.expectBack()
    expect(this.sandbox.links).toHaveLength(1)
    expect(this.records()).toEqual([])
  }

  /** Whatever else containers have. */
  expectBack(): void {
    const link = this.space.link('ens8')
    const controller = this.space.link('br0').index
    expect(link).toMatchObject({ mtu: 1400, mac, alias: 'my uplink', isUp: true, controller })
    expect(this.addresses().slice(0, 2)).toEqual(['10.9.9.1/24', 'fd00::1/64'])
  }
}
