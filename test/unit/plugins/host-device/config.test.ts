import { expect, test } from 'vitest'
import type { Command } from '#cni/call.ts'
import { readHostDeviceConfig, readRemains } from '#plugins/host-device/config.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'

const dataDir = '/var/lib/cni/host-device'
const announcements = { count: 1, intervalMs: 100 }

function read(keys: object, command: Command = 'ADD') {
  return readHostDeviceConfig(new FakeWorld().call({ type: 'host-device', ...keys }, { command }))
}

test('a device is enough', () => {
  expect(read({ device: 'ens8' })).toEqual({
    selection: { device: 'ens8' },
    dataDir,
    announcements,
  })
})

test('every key is read, in any case', () => {
  const keys = {
    Device: 'a-rather-long-alternative-name',
    HWADDR: '02-00-00-00-00-01',
    kernelPath: '/sys//devices/pci0000:00/0000:00:03.0/',
    pcibusid: '0000:00:03.0',
    DataDir: '/tmp/devices',
    announce: { count: 3 },
    RuntimeConfig: { DeviceID: 'mlx5_core.sf.4' },
  }
  expect(read(keys)).toEqual({
    selection: {
      device: 'a-rather-long-alternative-name',
      mac: '02:00:00:00:00:01',
      kernelPath: '/sys/devices/pci0000:00/0000:00:03.0',
      pciBusId: '0000:00:03.0',
      deviceId: 'mlx5_core.sf.4',
    },
    dataDir: '/tmp/devices',
    announcements: { count: 3, intervalMs: 100 },
  })
})

test('what is empty counts as absent', () => {
  const empty = { device: '', hwaddr: '', kernelpath: '', runtimeConfig: { deviceID: '' } }
  expect(read({ ...empty, dataDir: '', pciBusID: 'a' })).toMatchObject({
    selection: { pciBusId: 'a' },
    dataDir,
  })
})

test('only STATUS does without a device, where the runtime will choose one', () => {
  const capabilities = { deviceID: true }
  expect(read({ capabilities }, 'STATUS').selection).toEqual({})
  for (const command of ['ADD', 'CHECK'] as const) {
    expect(() => read({ capabilities }, command)).toThrow('device: expected a device, by device')
  }
  expect(() => read({}, 'STATUS')).toThrow('found nothing')
})

test.each([
  [{ device: 'eth0/../x' }, 'device: expected the name of a link'],
  [{ device: 7 }, 'device: expected the name of a link, found 7'],
  [{ hwaddr: 'zz' }, 'hwaddr: expected a hardware address'],
  [{ kernelpath: '/etc' }, 'kernelpath: expected a folder below /sys/devices'],
  [{ kernelpath: 'sys/devices/a' }, 'kernelpath: expected a folder below /sys/devices'],
  [{ kernelpath: '/sys/devices' }, 'kernelpath: expected a folder below /sys/devices'],
  [{ kernelpath: '/sys/devices/../class' }, 'kernelpath: expected a folder below /sys/devices'],
  [{ kernelpath: '/sys/devices/a/../../b' }, 'kernelpath: expected a folder below /sys/devices'],
  [{ kernelpath: '/sys/devices/a\0b' }, 'kernelpath: expected a folder below /sys/devices'],
  [{ pciBusID: '../0000:00:03.0' }, 'pciBusID: expected the id of a device'],
  [{ pciBusID: '..' }, 'pciBusID: expected the id of a device'],
  [{ pciBusID: '.' }, 'pciBusID: expected the id of a device'],
  [{ runtimeConfig: { deviceID: 'a/b' } }, 'runtimeConfig.deviceID: expected the id of a device'],
  [{ device: 'a', dataDir: 'devices' }, 'dataDir: expected an absolute path, found "devices"'],
])('%j is refused: %s', (keys, message) => {
  expect(() => read(keys)).toThrow(message)
})

test('DEL and GC refuse nothing', () => {
  const remains = (keys: object) => readRemains(new FakeWorld().call(keys))
  expect(remains({ device: 7, dataDir: 'here' })).toEqual({ dataDir })
  expect(remains({ device: '', dataDir: 3 })).toEqual({ dataDir })
  expect(remains({ device: 'a', dataDir: '/x' })).toEqual({ dataDir: '/x', device: 'a' })
})
