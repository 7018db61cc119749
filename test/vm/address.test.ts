/** The flags of duplicate address detection (RFC 4862 §5.4), as we and iproute2 read them. */

import { expect, vi } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Address } from '#kernel/address.ts'
import type { Namespace } from '#kernel/kernel.ts'
import { test } from '#test/lab/kernel.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'

const prefix = parseIpPrefix('fd00:1::2/64')
/** Detection takes a second of the guest, which may get little of the host's time. */
const patience = { timeout: 120_000, interval: 200 }

const ours = (space: Namespace): Address | undefined =>
  space.listAddresses({ family: 6 }).find((one) => one.prefix.equals(prefix))

const witnessed = (space: LabNamespace): object | undefined =>
  space.addresses('eth0').find(({ local }) => local === 'fd00:1::2')

test('an address is tentative until its link is up and detection is over', async ({
  space,
  witness,
}) => {
  const peer = { name: 'far0' }
  const link = space.createLink({ kind: 'veth', name: 'eth0', peer }).index
  space.addAddress({ link, prefix })
  expect(ours(space)).toMatchObject({ link, isTentative: true, isDuplicate: false })
  expect(witnessed(witness)).toMatchObject({ tentative: true })
  space.changeLink('far0', { isUp: true })
  space.changeLink('eth0', { isUp: true })
  await vi.waitFor(() => expect(ours(space)?.isTentative).toBe(false), patience)
  expect(ours(space)).toMatchObject({ isDuplicate: false, isPermanent: true })
  expect(witnessed(witness)).not.toHaveProperty('tentative')
})

test('an address that skips detection is never tentative', ({ space, witness }) => {
  const link = space.createLink({ kind: 'veth', name: 'eth0', peer: { name: 'far0' } }).index
  space.addAddress({ link, prefix, skipsDuplicateDetection: true })
  expect(ours(space)).toMatchObject({ link, isTentative: false, isDuplicate: false })
  expect(witnessed(witness)).toMatchObject({ nodad: true })
  expect(witnessed(witness)).not.toHaveProperty('tentative')
})

test('an address that a neighbour has is a duplicate', async ({ lab, open }) => {
  const host = lab.host()
  const far = lab.cable(host, 'eth0')
  far.ip('address', 'add', 'fd00:1::2/64', 'dev', 'far0', 'nodad')
  const space = open(host)
  space.addAddress({ link: space.link('eth0').index, prefix })
  await vi.waitFor(() => expect(ours(space)?.isDuplicate).toBe(true), patience)
  expect(witnessed(host)).toMatchObject({ dadfailed: true })
})

test('an address settles even on a link that is down, if that can have no neighbours', async ({
  space,
  witness,
}) => {
  // A dummy has IFF_NOARP.
  const link = space.createLink({ kind: 'dummy', name: 'eth0' }).index
  space.addAddress({ link, prefix })
  await vi.waitFor(() => expect(ours(space)?.isTentative).toBe(false), patience)
  expect(witnessed(witness)).not.toHaveProperty('tentative')
})
