import { describe, expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import { ConfigError } from '#base/config-error.ts'
import type { Command } from '#cni/call.ts'
import { decodeConfig, readName, readNetworkConfig, readVersionText } from '#cni/network-config.ts'

function read(config: object, command: Command = 'ADD') {
  return readNetworkConfig({ name: 'net', ...config }, { command, cniVersion: '1.1.0' })
}

describe('standard input', () => {
  test('is an object; null is an empty one', () => {
    expect(decodeConfig('{"name":"n"}')).toEqual({ name: 'n' })
    expect(decodeConfig(' null\n')).toEqual({})
  })

  test.each([
    ['', 'unexpected end of JSON input'],
    [' \n', 'unexpected end of JSON input'],
    ['[1]', 'expected an object, found [1]'],
    ['"net"', 'expected an object, found "net"'],
  ])('%j is refused as undecodable', (text, reason) => {
    const msg = `error unmarshall network config: ${reason}`
    const details = 'a configuration is an object in JSON'
    expect(() => decodeConfig(text)).toThrow(new CniError(6, msg, details))
  })

  test.each(['{', 'abc', '{"a":1}{'])('%j is refused with what the engine says of it', (text) => {
    expect(() => decodeConfig(text)).toThrow(/^error unmarshall network config: .*JSON/)
    expect(() => decodeConfig(text)).toThrow(expect.objectContaining({ code: 6 }))
  })
})

describe('the name', () => {
  test('is found in any case', () => {
    expect(readName({ NAME: 'my.net_1-2' })).toBe('my.net_1-2')
  })

  test.each([{}, { name: '' }, { name: null }])('is missing in %j', (config) => {
    expect(() => readName(config)).toThrow(new CniError(7, 'missing network name'))
  })

  test.each(['../etc', 'a/b', '.net', 'a b', 'net\n'])('may not be %j', (name) => {
    const expected = new CniError(7, 'invalid characters found in network name', name)
    expect(() => readName({ name })).toThrow(expected)
  })

  test('of a wrong type is a configuration error', () => {
    expect(() => readName({ name: 5 })).toThrow(new ConfigError(['name'], 'a string', '5'))
  })
})

describe('the version', () => {
  test.each([{}, { cniVersion: '' }, { cniVersion: null }])('of %j is 0.1.0', (config) => {
    expect(readVersionText(config)).toBe('0.1.0')
  })

  test('is told as it is written', () => {
    expect(readVersionText({ CNIVersion: ' 1.0' })).toBe(' 1.0')
  })

  test('of a wrong type is undecodable', () => {
    const reason = 'cniVersion: expected a string, found 1'
    const expected = new CniError(6, `decoding version from network config: ${reason}`)
    expect(() => readVersionText({ cniVersion: 1 })).toThrow(expected)
  })
})

describe('the shared keys', () => {
  test('may all be missing', () => {
    expect(read({})).toEqual({
      cniVersion: '1.1.0',
      name: 'net',
      dns: { nameservers: [], search: [], options: [] },
    })
  })

  test('are matched in any case', () => {
    const dns = { NameServers: ['10.0.0.1'], DOMAIN: 'a.example', Search: ['b'], oPTIONS: ['c'] }
    expect(read({ IPAM: { Type: 'host-local' }, DNS: dns })).toMatchObject({
      ipamType: 'host-local',
      dns: { nameservers: ['10.0.0.1'], domain: 'a.example', search: ['b'], options: ['c'] },
    })
  })

  test.each([{ ipam: {} }, { ipam: null }, { ipam: { type: '' } }])('%j has no IPAM', (config) => {
    expect(read(config)).not.toHaveProperty('ipamType')
  })

  test.each([
    [{ ipam: 'dhcp' }, new ConfigError(['ipam'], 'an object', '"dhcp"')],
    [{ ipam: { type: 7 } }, new ConfigError(['ipam', 'type'], 'a string', '7')],
    [{ dns: [] }, new ConfigError(['dns'], 'an object', '[]')],
    [{ dns: { search: ['a', 5] } }, new ConfigError(['dns', 'search', 1], 'a string', '5')],
  ])('of wrong types are named: %j', (config, expected) => {
    expect(() => read(config)).toThrow(expected)
  })

  test.each(['DEL', 'GC'] as const)('that are broken but of no use do not stop %s', (command) => {
    const broken = { dns: { nameservers: 'none' }, prevResult: { ips: 5 }, type: 7 }
    expect(read(broken, command).name).toBe('net')
  })
})

describe('the valid attachments', () => {
  const list = [{ containerID: 'c1', ifname: 'eth0' }]
  const attachments = [{ containerId: 'c1', ifName: 'eth0' }]

  test.each([
    [{ 'cni.dev/valid-attachments': list }, attachments],
    [{ 'CNI.dev/Valid-Attachments': [{ ContainerID: 'c1', IfName: 'eth0' }] }, attachments],
    [{ 'cni.dev/attachments': list }, attachments],
    [{ 'cni.dev/attachments': [], 'cni.dev/valid-attachments': list }, attachments],
    [{ 'cni.dev/valid-attachments': null, 'cni.dev/attachments': null }, []],
    [{}, undefined],
  ])('of %j', (config, expected) => {
    expect(read(config, 'GC').validAttachments).toEqual(expected)
  })

  test('are not read for other commands', () => {
    expect(read({ 'cni.dev/valid-attachments': 5 }, 'DEL')).not.toHaveProperty('validAttachments')
  })

  const key = 'cni.dev/valid-attachments'

  test.each([
    [{}, new ConfigError([key], 'a list', '{}')],
    [[5], new ConfigError([key, 0], 'an object', '5')],
    [[{ containerID: 'c1' }], new ConfigError([key, 0, 'ifname'], 'a string', 'nothing')],
    [
      [...list, { containerID: 1, ifname: 'a' }],
      new ConfigError([key, 1, 'containerID'], 'a string', '1'),
    ],
  ])('of a wrong type free nothing: %j', (value, error) => {
    expect(() => read({ [key]: value }, 'GC')).toThrow(error)
  })
})
