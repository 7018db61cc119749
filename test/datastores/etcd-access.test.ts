import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EtcdSettings } from '#ipam/whereabouts/settings/settings.ts'
import { Authority } from '#test/lab/certificates.ts'
import { openEtcdAt } from '#test/lab/datastores.ts'
import { type EtcdctlAccess, etcdctl, type SingleEtcd, startEtcd } from '#test/lab/etcd-server.ts'
import { addUser, enableUsers, rootUser } from '#test/lab/etcd-users.ts'
import { ownLoopback } from '#test/lab/own-address.ts'
import { giveLowest, podsIn, pool, reservationOf } from '#test/lab/pool-entries.ts'
import { Workshop } from '#test/lab/workshop.ts'

const user = { name: 'cni', password: 'a "secret" ü' }
const prefix = '/netwright/whereabouts/v1/'

let workshop: Workshop
let authority: Authority

beforeAll(() => {
  workshop = new Workshop()
  authority = new Authority(join(workshop.folder, 'authority'))
})

afterAll(() => workshop.dispose())

/** More than a test has: there is nothing to wait for. */
const foreverMs = 600_000

/** How a datastore refuses what it is asked for first. */
async function expectRefusal(
  etcd: SingleEtcd,
  settings: Partial<EtcdSettings>,
  message: RegExp,
): Promise<void> {
  const update = async () => {
    using store = await openEtcdAt([etcd.clientUrl], { ...settings, timeMs: foreverMs })
    return await giveLowest(store, 'a')
  }
  await expect(update()).rejects.toMatchObject({
    name: 'DatastoreError',
    failure: 'refused',
    message: expect.stringMatching(message),
  })
}

describe('etcd that wants a password', () => {
  let etcd: SingleEtcd
  let access: EtcdctlAccess

  beforeAll(async () => {
    etcd = await startEtcd(workshop)
    access = { endpoints: [etcd.clientUrl] }
    enableUsers(access)
    addUser(access, user, prefix)
  })

  test('gets it, once for all that a call asks for', async () => {
    using store = await openEtcdAt([etcd.clientUrl], { user })
    expect(await giveLowest(store, 'a')).toBe(0n)
    expect(await store.reserve(reservationOf('a'))).toBeUndefined()
    await store.unreserve(reservationOf('a'))
    await store.probe()
  })

  test('refuses those without, and those with another', async () => {
    await expectRefusal(etcd, {}, /user name is empty — .*etcd_username and etcd_password/)
    const wrong = { ...user, password: 'guessed' }
    await expectRefusal(etcd, { user: wrong }, /^log in in etcd http:.*authentication failed/)
  })

  test('refuses users without a role for it', async () => {
    const stranger = { name: 'stranger', password: 'x' }
    addUser(access, stranger, '/elsewhere/')
    await expectRefusal(etcd, { user: stranger }, /permission denied — give the user .* a role/)
    using store = await openEtcdAt([etcd.clientUrl], { user: stranger })
    await expect(store.probe()).rejects.toMatchObject({ failure: 'refused' })
  })

  test('is asked for another token when it has forgotten the last', async () => {
    using store = await openEtcdAt([etcd.clientUrl], { user })
    const given = await giveLowest(store, 'b')
    etcdctl({ ...access, user: rootUser }, 'auth', 'disable')
    etcdctl(access, 'auth', 'enable')
    expect(await giveLowest(store, 'b')).toBe(given)
  })
})

test('a password is of no harm where nobody wants one', async () => {
  const { clientUrl } = await startEtcd(workshop)
  using store = await openEtcdAt([clientUrl], { user })
  expect(await giveLowest(store, 'a')).toBe(0n)
})

describe('etcd that wants a certificate', () => {
  let etcd: SingleEtcd
  let settings: Partial<EtcdSettings>

  beforeAll(async () => {
    const identity = authority.issue('server', { addresses: [ownLoopback] })
    const tls = { authority: authority.certificate, identity }
    etcd = await startEtcd(workshop, { tls })
    const identityFiles = authority.issue('client')
    settings = { authoritiesFile: authority.certificate, identityFiles }
  })

  test('gets it, and shows one that is looked at', async () => {
    using store = await openEtcdAt([etcd.clientUrl], settings)
    expect(await giveLowest(store, 'a')).toBe(0n)
    expect(podsIn(await store.findPool(pool))).toEqual({ 0: 'a' })
  })

  test('is not believed when somebody unknown has certified it', async () => {
    const other = new Authority(join(workshop.folder, 'other'))
    const authoritiesFile = other.certificate
    const hint = /EPROTO .*certificate.*look at etcd_ca_cert_file/
    await expectRefusal(etcd, { ...settings, authoritiesFile }, hint)
    const { identityFiles } = settings
    await expectRefusal(etcd, identityFiles === undefined ? {} : { identityFiles }, hint)
  })

  test('refuses those without, and those that somebody unknown has certified', async () => {
    const { authoritiesFile = '' } = settings
    await expectRefusal(etcd, { authoritiesFile }, /EPROTO .*look at .*etcd_cert_file/)
    const identityFiles = new Authority(join(workshop.folder, 'unknown')).issue('client')
    await expectRefusal(etcd, { authoritiesFile, identityFiles }, /EPROTO .*etcd_cert_file/)
  })

  test('is not spoken to when a file is missing, or is none', async () => {
    const authoritiesFile = join(workshop.folder, 'missing.pem')
    await expectRefusal(etcd, { authoritiesFile }, /missing\.pem: ENOENT .* etcd_ca_cert_file/)
  })

  test('hangs up on those who speak without TLS, as one without TLS does on the others', async () => {
    const plain = await startEtcd(workshop)
    const origins = [
      etcd.clientUrl.replace('https', 'http'),
      plain.clientUrl.replace('http', 'https'),
    ]
    for (const origin of origins) {
      using hasty = await openEtcdAt([origin], { ...settings, timeMs: 1_000 })
      await expect(hasty.probe()).rejects.toMatchObject({
        failure: 'unreachable',
        message: expect.stringMatching(/ECONNRESET .*look at http and https in etcd_host/),
      })
    }
  })
})

test('with a password, certificates have to be without a common name', async () => {
  const identity = authority.issue('both', { addresses: [ownLoopback] })
  const tls = { authority: authority.certificate, identity }
  const etcd = await startEtcd(workshop, { tls })
  const access = { endpoints: [etcd.clientUrl], tls }
  enableUsers(access)
  addUser(access, user, prefix)
  const authoritiesFile = authority.certificate
  const named = authority.issue('named', { subject: '/CN=cni' })
  await expectRefusal(
    etcd,
    { authoritiesFile, identityFiles: named, user },
    /CommonName .* — with authentication, etcd takes only client certificates without/,
  )
  const identityFiles = authority.issue('nameless')
  using store = await openEtcdAt([etcd.clientUrl], { authoritiesFile, identityFiles, user })
  expect(await giveLowest(store, 'a')).toBe(0n)
})
