import { expect, test } from 'vitest'
import { readTapConfig } from '#plugins/tap/config.ts'

test('an empty configuration has the kernel decide', () => {
  const expected = { isMultiQueue: false, mtu: 0 }
  expect(readTapConfig({}, '')).toEqual(expected)
  expect(readTapConfig({ selinuxContext: '', bridge: '', mac: '', owner: null }, '')).toEqual(
    expected,
  )
})

test('every key is read, in any case', () => {
  const raw = {
    multiqueue: true,
    MTU: 1400,
    Mac: '02:00:00:00:00:0A',
    owner: 0,
    Group: 4_294_967_294,
    seLinuxContext: 'system_u:system_r:container_t:s0',
    bridge: 'br0',
    args: { cni: { mac: 'ignored' } },
  }
  expect(readTapConfig(raw, '')).toEqual({
    isMultiQueue: true,
    mtu: 1400,
    mac: '02:00:00:00:00:0a',
    owner: 0,
    group: 4_294_967_294,
    label: 'system_u:system_r:container_t:s0',
    bridge: 'br0',
  })
})

test('the runtime’s hardware address beats that of CNI_ARGS, which beats the configured one', () => {
  const mac = '02:00:00:00:00:01'
  const args = 'MAC=02:00:00:00:00:02'
  const runtimeConfig = { mac: '02:00:00:00:00:03' }
  expect(readTapConfig({ mac }, '').mac).toBe('02:00:00:00:00:01')
  expect(readTapConfig({ mac }, args).mac).toBe('02:00:00:00:00:02')
  expect(readTapConfig({ mac, runtimeConfig }, args).mac).toBe('02:00:00:00:00:03')
})

test.each([
  [{ multiQueue: 2 }, 'multiQueue: expected true or false, found 2'],
  [{ mtu: 67 }, 'mtu: expected 0 or a whole number from 68 to 65535, found 67'],
  [{ owner: 4_294_967_295 }, 'owner: expected a whole number from 0 to 4294967294, found 42949'],
  [{ owner: 'qemu' }, 'owner: expected a whole number from 0 to 4294967294, found "qemu"'],
  [{ group: -1 }, 'group: expected a whole number from 0 to 4294967294, found -1'],
  [{ selinuxContext: 7 }, 'selinuxContext: expected a string, found 7'],
  [{ bridge: '../br0' }, 'bridge: expected an interface name'],
  [{ mac: '01:00:5e:00:00:01' }, 'mac: expected the hardware address of one link, found "01:00:'],
  [{ runtimeConfig: { mac: 1 } }, 'runtimeConfig.mac: expected a hardware address such as'],
])('%j is refused: %s', (raw, message) => {
  expect(() => readTapConfig(raw, '')).toThrow(message)
})
