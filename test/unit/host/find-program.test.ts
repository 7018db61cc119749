import { expect, test } from 'vitest'
import { findProgram } from '#host/find-program.ts'
import { type FakeErrorCode, fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

/** A machine with these programs, and with `PATH` if it is given. */
function machine(programs: readonly string[], path?: string): FakeHost {
  const host = new FakeHost({ environment: path === undefined ? {} : { PATH: path } })
  for (const program of programs) host.install(program, () => ({}))
  return host
}

test('the first folder of PATH that has the program wins', async () => {
  const host = machine(['/b/nft', '/c/nft'], '/a:/b:/c')
  expect(await findProgram(host, 'nft')).toBe('/b/nft')
})

test('a program that no folder of PATH has is not found', async () => {
  expect(await findProgram(machine(['/usr/sbin/nft'], '/usr/bin'), 'nft')).toBeUndefined()
})

test.each([undefined, ''])('with PATH %j the system folders are searched', async (path) => {
  const order = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
  for (const [index, folder] of order.entries()) {
    const programs = order.slice(index).map((each) => `${each}/iptables`)
    expect(await findProgram(machine(programs, path), 'iptables')).toBe(`${folder}/iptables`)
  }
})

test('folders that are not absolute are passed over', async () => {
  const host = machine(['/bin/nft'], ':.:bin:../sbin:/bin')
  expect(await findProgram(host, 'nft')).toBe('/bin/nft')
})

test('slashes at the end of a folder do not count', async () => {
  expect(await findProgram(machine(['/bin/nft'], '/bin//'), 'nft')).toBe('/bin/nft')
  expect(await findProgram(machine(['/nft'], '/'), 'nft')).toBe('/nft')
})

test.each([0o644, 0o600])('a file of mode %o is no program', async (mode) => {
  const host = machine(['/b/nft'], '/a:/b')
  host.files.put('/a/nft', '', mode)
  expect(await findProgram(host, 'nft')).toBe('/b/nft')
})

test.each([0o100, 0o010, 0o001])('a file of mode %o is a program', async (mode) => {
  const host = machine(['/b/nft'], '/a:/b')
  host.files.put('/a/nft', '', mode)
  expect(await findProgram(host, 'nft')).toBe('/a/nft')
})

test('a folder of the name is no program', async () => {
  const host = machine(['/b/nft'], '/a:/b')
  await host.files.ensureDirectory('/a/nft', 0o755)
  expect(await findProgram(host, 'nft')).toBe('/b/nft')
})

test('a folder closed to this process is passed over', async () => {
  const host = machine(['/b/nft'], '/a:/b')
  failAt(host, '/a/nft', 'EACCES')
  expect(await findProgram(host, 'nft')).toBe('/b/nft')
})

test('a folder that the system cannot look into is told', async () => {
  const host = machine(['/b/nft'], '/a:/b')
  failAt(host, '/a/nft', 'EIO')
  await expect(findProgram(host, 'nft')).rejects.toMatchObject({ code: 'EIO', object: '/a/nft' })
})

function failAt(host: FakeHost, path: string, code: FakeErrorCode): void {
  const findStatus = host.files.findStatus.bind(host.files)
  host.files.findStatus = async (asked) => {
    if (asked === path) throw fakeError(code, 'look up', path)
    return findStatus(asked)
  }
}
