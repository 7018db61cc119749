import { join } from 'node:path'
import { expect } from 'vitest'
import { Authority } from '#test/lab/certificates.ts'
import { macvlan } from '#test/lab/config-builders.ts'
import { type EtcdctlAccess, etcdctl, etcdEntries, startEtcd } from '#test/lab/etcd-server.ts'
import { addUser, enableUsers, rootUser } from '#test/lab/etcd-users.ts'
import { test } from '#test/lab/lab.ts'
import { ownLoopback } from '#test/lab/own-address.ts'
import '#test/lab/matchers.ts'

const prefix = '/netwright/whereabouts/v1/'
const block = `${prefix}pools/10.7.0.0-24/000000000000000000`

/** The keys of addresses that are somebody's. */
function takenIn(access: EtcdctlAccess): readonly string[] {
  const keys = [...etcdEntries(access, prefix).keys()]
  const taken = keys.filter((key) => !/\/(?:about|removed)$/.test(key))
  return taken.map((key) => key.replace(prefix, ''))
}

test('pods get addresses of an etcd that wants a certificate and a password', async ({ lab }) => {
  const host = lab.host()
  lab.cable(host, 'eth0')
  const authority = new Authority(join(lab.folder, 'authority'))
  const identity = authority.issue('server', { addresses: [ownLoopback] })
  const tls = { authority: authority.certificate, identity }
  const { clientUrl } = await startEtcd(lab, { tls, space: host })
  const access = { endpoints: [clientUrl], tls, space: host, user: rootUser }
  const user = { name: 'cni', password: 'grüße' }
  enableUsers({ endpoints: [clientUrl], tls, space: host })
  addUser(access, user, prefix)
  const client = authority.issue('client')
  const config = macvlan({
    ipam: {
      type: 'whereabouts',
      dataDir: lab.dataDir(),
      range: '10.7.0.0/24',
      datastore: 'etcd',
      etcd_host: clientUrl,
      etcd_username: user.name,
      etcd_password: user.password,
      etcd_ca_cert_file: authority.certificate,
      etcd_cert_file: client.certificate,
      etcd_key_file: client.key,
    },
  })
  const [first, second] = [lab.pod(host), lab.pod(host)]
  expect(await first.add(config)).toSucceed()
  expect(first).toHaveAddress('net1', '10.7.0.1/24')
  const entries = JSON.parse(etcdEntries(access, block).get(block) ?? '')
  const foreign = { note: 'grüße 🌍' }
  etcdctl(access, 'put', block, JSON.stringify({ ...entries, network: foreign }))
  expect(await second.add(config)).toSucceed()
  expect(second).toHaveAddress('net1', '10.7.0.2/24')
  expect(JSON.parse(etcdEntries(access, block).get(block) ?? '')).toMatchObject({
    1: { ifname: 'net1' },
    2: { ifname: 'net1' },
    network: foreign,
  })
  expect(takenIn(access)).toEqual([
    'pools/10.7.0.0-24/000000000000000000',
    'reservations//10.7.0.1',
    'reservations//10.7.0.2',
  ])
  for (const pod of [first, second]) expect(await pod.del(config)).toSucceed()
  expect(JSON.parse(etcdEntries(access, block).get(block) ?? '')).toEqual({ network: foreign })
  expect(takenIn(access)).toEqual(['pools/10.7.0.0-24/000000000000000000'])
})

test('a pod that is deleted while etcd is away has no address when it is back', async ({ lab }) => {
  const host = lab.host()
  lab.cable(host, 'eth0')
  const { clientUrl, member } = await startEtcd(lab, { space: host })
  const access = { endpoints: [clientUrl], space: host }
  const ipam = {
    type: 'whereabouts',
    range: '10.7.0.0/24',
    datastore: 'etcd',
    etcd_host: clientUrl,
  }
  const config = macvlan({ ipam: { ...ipam, dataDir: lab.dataDir() } })
  const [gone, next] = [lab.pod(host), lab.pod(host)]
  expect(await gone.add(config)).toSucceed()
  await member.kill()
  expect(await gone.del(config)).toSucceed()
  await member.start()
  expect(takenIn(access)).toHaveLength(2)
  expect(await next.add(config)).toSucceed()
  expect(await next.del(config)).toSucceed()
  expect(takenIn(access)).toEqual([])
})
