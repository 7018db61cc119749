import { describe, expect, test } from 'vitest'
import { clientIdentifier } from '#ipam/dhcp/client-identifier.ts'
import { readLeaseConfig, readSocketPath } from '#ipam/dhcp/config.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'

const read = (ipam: object, args = '') => readLeaseConfig(new FakeWorld().call({ ipam }, { args }))

describe('the path of the socket', () => {
  const path = (config: object) => readSocketPath(new FakeWorld().call(config))

  test('is the one of the configuration, or the default', () => {
    expect(path({ ipam: { daemonSocketPath: '/tmp/d.sock' } })).toBe('/tmp/d.sock')
    expect(path({ IPAM: { DaemonSocketPath: '/tmp/e.sock' } })).toBe('/tmp/e.sock')
    for (const config of [{}, { ipam: {} }, { ipam: { daemonSocketPath: '' } }]) {
      expect(path(config)).toBe('/run/cni/dhcp.sock')
    }
  })

  test('is known whatever else is wrong', () => {
    expect(path({ ipam: { provide: 7, request: 'x', priority: -1 } })).toBe('/run/cni/dhcp.sock')
  })

  test('is absolute', () => {
    expect(() => path({ ipam: { daemonSocketPath: 'd.sock' } })).toThrow(
      'ipam.daemonSocketPath: expected an absolute path, found "d.sock"',
    )
  })
})

describe('the options that are asked for', () => {
  const further = [6, 15, 119, 26]

  test.each([
    [undefined, [3, 1]],
    [[], [3, 1]],
    [
      [{ option: '121' }, { option: '33' }],
      [121, 33, 3, 1],
    ],
    [[{ option: 'routers' }], [3, 1]],
    [[{ option: '3' }], [3, 1]],
    [
      [{ option: '003' }, { option: 'subnet-mask' }],
      [3, 1],
    ],
    [
      [{ option: '42' }, { option: '42' }],
      [42, 3, 1],
    ],
    [[{ option: '121' }, { skipDefault: true }], [121]],
    [
      [{ skipDefault: true, option: '1' }, { option: '3' }],
      [1, 3],
    ],
    [[{ skipDefault: true }], [1, 3, 15, 6]],
    [[{ option: '' }], [3, 1]],
  ])('by %j are %j', (request, expected) => {
    expect(read({ request, addressingOnly: true }).options.requested).toEqual(expected)
  })

  test('are by default those that reach the container', () => {
    expect(read({}).options.requested).toEqual([3, 1, ...further])
    const request = [{ option: '121' }, { option: '15' }]
    expect(read({ request }).options.requested).toEqual([121, 15, 3, 1, 6, 119, 26])
    const exact = [{ option: '1', skipDefault: true }]
    expect(read({ request: exact }).options.requested).toEqual([1])
  })

  const names =
    'dhcp-client-identifier, subnet-mask, routers, host-name, user-class, vendor-class-identifier'
  test.each(['256', '-1', '1.0', '0x1', '+1', ' 1', 'Routers', 'ntp', '1e1'])(
    'cannot be %j',
    (option) => {
      const expected = `expected a number from 0 to 255 in a string, or one of ${names}`
      expect(() => read({ request: [{}, { option }] })).toThrow(
        `ipam.request[1].option: ${expected}, found "${option}"`,
      )
    },
  )
})

describe('the options that are provided', () => {
  const provided = (provide: readonly object[], args?: string) => {
    const { options } = read({ provide }, args)
    return [...options.provided].map(
      ([code, value]) => [code, Buffer.from(value).toString()] as const,
    )
  }
  const kubernetes = 'IgnoreUnknown=1;K8S_POD_NAMESPACE=a;K8S_POD_NAME=b'

  test('have names or numbers, and texts as values', () => {
    const provide = [
      { option: 'dhcp-client-identifier', value: 'id' },
      { option: 'host-name', value: 'ü\ud800' },
      { option: 'user-class', value: 'u' },
      { option: 'vendor-class-identifier', value: 'v' },
      { option: 'subnet-mask', value: 'm' },
      { option: 'routers', value: 'r' },
      { option: '200', value: '\u0000\u0001' },
      { Option: '082', Value: 'x' },
    ]
    expect(provided(provide)).toEqual([
      [61, 'id'],
      [12, 'ü\ufffd'],
      [77, 'u'],
      [60, 'v'],
      [1, 'm'],
      [3, 'r'],
      [200, '\u0000\u0001'],
      [82, 'x'],
    ])
  })

  test('have the last of several values', () => {
    const provide = [
      { option: '12', value: 'first' },
      { option: 'host-name', value: 'second' },
    ]
    expect(provided(provide)).toEqual([[12, 'second']])
  })

  test('have values of CNI_ARGS before those beside them', () => {
    const provide = [{ option: '12', value: 'given', fromArg: 'K8S_POD_NAME' }]
    expect(provided(provide, kubernetes)).toEqual([[12, 'b']])
    expect(provided(provide, 'K8S_POD_NAME=a=b=c;junk;K8S_pod_name=d')).toEqual([[12, 'a=b=c']])
    expect(provided(provide, 'a=1;K8S_POD_NAME=x;K8S_POD_NAME=y')).toEqual([[12, 'y']])
    for (const args of ['', 'IgnoreUnknown=1', 'K8S_POD_NAME=', 'K8S_POD_NAME']) {
      expect(provided(provide, args)).toEqual([[12, 'given']])
    }
  })

  test('are none without a value', () => {
    expect(provided([{ option: '12' }, { option: '60', value: '' }])).toEqual([])
    expect(provided([{ option: '12', fromArg: 'a' }], 'b=1')).toEqual([])
    expect(provided([{ option: '12' }], '=1')).toEqual([])
  })

  test('have values of 255 bytes at most', () => {
    expect(provided([{ option: '12', value: 'a'.repeat(255) }])).toHaveLength(1)
    const long = 'ü'.repeat(128)
    expect(() => provided([{ option: '12', value: long }])).toThrow(
      'ipam.provide[0].value: expected 255 bytes at most, found "üüü',
    )
    const fromArgs = [{ option: '12', value: 'ok', fromArg: 'a' }]
    expect(() => provided(fromArgs, `a=${long}`)).toThrow('an option takes 255 bytes, not 256')
  })

  test.each(['0', '50', '52', '53', '54', '255'])(
    'cannot be %s, which is the client’s own',
    (option) => {
      expect(() => provided([{ option, value: 'x' }])).toThrow(
        `ipam.provide[0].option: expected an option that DHCP leaves to its users, found "${option}"`,
      )
    },
  )

  test('have to be named', () => {
    expect(() => provided([{ value: 'x' }])).toThrow(
      'ipam.provide[0].option: expected a string, found nothing',
    )
    expect(() => provided([{ option: '', value: 'x' }])).toThrow('found ""')
  })
})

describe('the other keys', () => {
  test('have defaults', () => {
    const { conflictProbe, wishes } = read({})
    expect(conflictProbe).toEqual({ count: 2, intervalMs: 50 })
    expect(wishes).toEqual({ addressingOnly: false })
  })

  test('are read', () => {
    const ipam = { priority: 7, conflictProbe: { count: 0 }, addressingOnly: true }
    const { conflictProbe, wishes } = read(ipam)
    expect(conflictProbe).toEqual({ count: 0, intervalMs: 50 })
    expect(wishes).toEqual({ addressingOnly: true, priority: 7 })
  })

  test.each([
    [{ priority: -1 }, 'ipam.priority'],
    [{ conflictProbe: { count: 11 } }, 'ipam.conflictProbe.count'],
    [{ conflictProbe: { intervalMs: 0 } }, 'ipam.conflictProbe.intervalMs'],
    [{ addressingOnly: 'yes' }, 'ipam.addressingOnly'],
    [{ provide: {} }, 'ipam.provide'],
    [{ request: [{ skipDefault: 1 }] }, 'ipam.request[0].skipDefault'],
  ])('of %j are wrong', (ipam, path) => {
    expect(() => read(ipam)).toThrow(`${path}: expected`)
  })
})

describe('the identifier of a client', () => {
  test('is that of the reference', () => {
    const identifier = clientIdentifier('lan', { containerId: 'c1', ifName: 'net1' })
    expect(Buffer.from(identifier).toString('latin1')).toBe('\0c1/lan/net1')
  })

  test('is cut at 254 bytes', () => {
    const identifier = clientIdentifier('lan', { containerId: 'c'.repeat(300), ifName: 'net1' })
    expect(Buffer.from(identifier).toString('latin1')).toBe(`\0${'c'.repeat(254)}`)
  })
})
