import { describe, expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import { type CallEnvironment, readCallEnvironment } from '#cni/environment.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

const complete = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/pod',
  CNI_IFNAME: 'net1',
  CNI_ARGS: 'IgnoreUnknown=1',
  CNI_PATH: '/opt/cni/bin:/usr/lib/cni',
}

function read(changes: Record<string, string>): CallEnvironment {
  const environment = { ...complete, ...changes }
  return readCallEnvironment(new FakeHost({ environment }).environment)
}

test('a complete environment is read as it is', () => {
  expect(read({})).toEqual({
    command: 'ADD',
    containerId: 'c1',
    netns: '/run/netns/pod',
    ifName: 'net1',
    args: 'IgnoreUnknown=1',
    searchPath: ['/opt/cni/bin', '/usr/lib/cni'],
    allowsOwnNamespace: false,
  })
})

test('empty folders of CNI_PATH are left out, so that nothing runs from the working directory', () => {
  expect(read({ CNI_PATH: ':/opt/cni/bin::' }).searchPath).toEqual(['/opt/cni/bin'])
})

test.each(['1', 'true', 'TRUE', 'True'])(
  'CNI_NETNS_OVERRIDE=%s allows the own namespace',
  (value) => {
    expect(read({ CNI_NETNS_OVERRIDE: value }).allowsOwnNamespace).toBe(true)
  },
)

test.each(['', '0', 'yes'])('CNI_NETNS_OVERRIDE=%s allows nothing', (value) => {
  expect(read({ CNI_NETNS_OVERRIDE: value }).allowsOwnNamespace).toBe(false)
})

describe('missing variables', () => {
  test.each([
    ['ADD', 'CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH'],
    ['CHECK', 'CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH'],
    ['DEL', 'CNI_CONTAINERID,CNI_IFNAME,CNI_PATH'],
    ['GC', 'CNI_PATH'],
    ['STATUS', 'CNI_PATH'],
    ['', 'CNI_COMMAND'],
  ])('of %s are told together', (command, names) => {
    const { environment } = new FakeHost({ environment: { CNI_COMMAND: command } })
    const expected = new CniError(4, `required env variables [${names}] missing`)
    expect(() => readCallEnvironment(environment)).toThrow(expected)
  })

  test('are those that are set to nothing', () => {
    const expected = new CniError(4, 'required env variables [CNI_NETNS] missing')
    expect(() => read({ CNI_NETNS: '' })).toThrow(expected)
  })

  test('are not asked of a command nobody knows', () => {
    const { environment } = new FakeHost({ environment: { CNI_COMMAND: 'add' } })
    expect(readCallEnvironment(environment).command).toBe('add')
  })

  test('are not told when an earlier or later one has a bad value', () => {
    const expected = new CniError(4, 'interface name is . or ..')
    expect(() => read({ CNI_CONTAINERID: '', CNI_IFNAME: '..', CNI_PATH: '' })).toThrow(expected)
  })
})

describe('values', () => {
  test.each(['-c1', '.c1', 'a/b', 'a b', 'c1\n', 'é'])('container ID %j is refused', (id) => {
    const expected = new CniError(4, 'invalid characters in containerID', id)
    expect(() => read({ CNI_CONTAINERID: id })).toThrow(expected)
  })

  test('a container ID has no limit of length', () => {
    const id = `a${'_.-9Z'.repeat(100)}`
    expect(read({ CNI_CONTAINERID: id }).containerId).toBe(id)
  })

  const tooLong = ['interface name is too long', 'interface name should be less than 16 characters']
  const special = ['interface name contains / or : or whitespace characters']
  test.each([
    ['sixteen-letters-', ...tooLong],
    ['éééééééé', ...tooLong],
    ['a very long name with spaces', ...tooLong],
    ['.', 'interface name is . or ..'],
    ['..', 'interface name is . or ..'],
    ['eth/0', ...special],
    ['eth0:1', ...special],
    ['eth 0', ...special],
    ['eth\u00850', ...special],
    ['eth\u30000', ...special],
  ])('interface name %j is refused', (name, msg = '', details?: string) => {
    expect(() => read({ CNI_IFNAME: name })).toThrow(new CniError(4, msg, details))
  })

  test.each(['fifteen-letters', '...', 'ééééééé'])('interface name %j is accepted', (name) => {
    expect(read({ CNI_IFNAME: name }).ifName).toBe(name)
  })

  test('that a command does not require are passed on unchecked', () => {
    const changes = { CNI_COMMAND: 'GC', CNI_CONTAINERID: '/', CNI_IFNAME: '..', CNI_NETNS: '' }
    expect(read(changes)).toMatchObject({ containerId: '/', ifName: '..', netns: '' })
  })
})
