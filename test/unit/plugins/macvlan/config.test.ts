import { expect, test } from 'vitest'
import { readMacvlanConfig } from '#plugins/macvlan/config.ts'

test('an empty configuration means a bridge on the default route’s link', () => {
  expect(readMacvlanConfig({}, '')).toEqual({
    mode: 'bridge',
    mtu: 0,
    isMasterInSandbox: false,
    broadcastQueueLength: 0,
    announcements: { count: 1, intervalMs: 100 },
  })
})

test('every key is read, in any case', () => {
  const raw = {
    Master: 'eth0',
    MODE: 'passthru',
    mtu: 1400,
    Mac: '02-00-00-00-00-01',
    linkincontainer: true,
    bcQueueLen: 10000,
    Announce: { count: 0 },
  }
  expect(readMacvlanConfig(raw, '')).toEqual({
    master: 'eth0',
    mode: 'passthru',
    mtu: 1400,
    mac: '02:00:00:00:00:01',
    isMasterInSandbox: true,
    broadcastQueueLength: 10000,
    announcements: { count: 0, intervalMs: 100 },
  })
})

test('an empty master, mode or mac counts as none', () => {
  const config = readMacvlanConfig({ master: '', mode: '', mac: '', mtu: null }, 'MAC=')
  expect(config).toMatchObject({ mode: 'bridge', mtu: 0 })
  expect(config).not.toHaveProperty('master')
  expect(config).not.toHaveProperty('mac')
})

test('the runtime’s hardware address beats that of CNI_ARGS, which beats the configured one', () => {
  const mac = '02:00:00:00:00:01'
  const args = 'IgnoreUnknown=1;K8S_POD_NAME=web;MAC=02:00:00:00:00:02'
  const runtimeConfig = { mac: '02:00:00:00:00:03' }
  expect(readMacvlanConfig({ mac }, '').mac).toBe('02:00:00:00:00:01')
  expect(readMacvlanConfig({ mac }, args).mac).toBe('02:00:00:00:00:02')
  expect(readMacvlanConfig({ mac, runtimeConfig }, args).mac).toBe('02:00:00:00:00:03')
})

test.each([
  [{ mode: 'Bridge' }, 'mode: expected one of bridge, private, vepa, passthru, found "Bridge"'],
  [{ mode: 'source' }, 'mode: expected one of bridge, private, vepa, passthru, found "source"'],
  [{ master: '../eth0' }, 'master: expected the name of a link, found "../eth0"'],
  [{ master: 'eth0\u0000' }, 'master: expected the name of a link, found "eth0\\u0000"'],
  [{ master: 'e'.repeat(128) }, 'master: expected the name of a link, found "eeee'],
  [{ mtu: 67 }, 'mtu: expected 0 or a whole number from 68 to 65535, found 67'],
  [{ master: 7 }, 'master: expected the name of a link, found 7'],
  [{ mtu: -1 }, 'mtu: expected a whole number from 0 to 65535, found -1'],
  [{ mtu: 1500.5 }, 'mtu: expected a whole number from 0 to 65535, found 1500.5'],
  [{ mtu: '1500' }, 'mtu: expected a whole number from 0 to 65535, found "1500"'],
  [{ bcqueuelen: 4294967296 }, 'bcqueuelen: expected a whole number from 0 to 4294967295, found'],
  [{ linkInContainer: 'yes' }, 'linkInContainer: expected true or false, found "yes"'],
  [{ mac: 'foo' }, 'mac: expected a hardware address such as 02:42:ac:11:00:02, found "foo"'],
  [{ mac: '01:00:5e:00:00:01' }, 'mac: expected the hardware address of one link, found "01:00:'],
  [{ mac: '00:00:00:00:00:00' }, 'mac: expected the hardware address of one link, found "00:00:'],
  [{ runtimeConfig: { mac: 1 } }, 'runtimeConfig.mac: expected a hardware address such as'],
  [{ runtimeConfig: { mac: '03:00:00:00:00:01' } }, 'runtimeConfig.mac: expected the hardware'],
  [{ runtimeConfig: [] }, 'runtimeConfig: expected an object, found []'],
])('%j is refused: %s', (raw, message) => {
  expect(() => readMacvlanConfig(raw, '')).toThrow(message)
})

test.each(['MAC=foo', 'MAC=01:00:5e:00:00:01'])('CNI_ARGS %s is refused', (args) => {
  expect(() => readMacvlanConfig({}, args)).toThrow(
    `ARGS: error parsing value of pair "${args}": address ${args.slice(4)}: invalid MAC address`,
  )
})

test('an argument that nobody knows is refused, unless IgnoreUnknown says otherwise', () => {
  expect(() => readMacvlanConfig({}, 'COLOUR=blue')).toThrow('ARGS: unknown args ["COLOUR=blue"]')
  expect(() => readMacvlanConfig({}, 'COLOUR=blue;IgnoreUnknown=true')).not.toThrow()
})
