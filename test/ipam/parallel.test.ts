import { describe, expect } from 'vitest'
import { addressesOf, hostLocals, IpamNetwork, ownerText } from '#test/lab/ipam-network.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

const count = 200
const ids = Array.from({ length: count }, (_, index) => `c${index}`)

/** Whose process serves the container. */
type Server = (index: number) => string

const onlyOurs: Server = () => hostLocals.ours
const bothInTurn: Server = (index) => (index % 2 === 0 ? hostLocals.ours : hostLocals.Go)
const bothInTheOtherTurn: Server = (index) => bothInTurn(index + 1)

describe(`${count} processes at once`, () => {
  test.for([
    ['of ours', onlyOurs, onlyOurs],
    ['of ours and of Go', bothInTurn, bothInTheOtherTurn],
  ] as const)(
    '%s give, and then free, as many addresses',
    { timeout: 180_000 },
    async ([, adding, deleting], { lab }) => {
      const network = new IpamNetwork(lab, { ranges: [[{ subnet: '10.7.0.0/24' }]] })
      const given = await Promise.all(ids.map((id, n) => network.give(id, { by: adding(n) })))
      const addresses = given.map(([address = 'none']) => address.replace('/24', ''))
      const range = Array.from({ length: count }, (_, index) => `10.7.0.${index + 2}`)
      expect([...addresses].sort()).toEqual([...range].sort())
      const owners = Object.fromEntries(
        addresses.map((address, n) => [address, ownerText(`c${n}`)]),
      )
      const { 'last_reserved_ip.0': last, ...reservations } = network.contents()
      expect(reservations).toEqual(owners)
      expect(last).toBe('10.7.0.201')

      const deletions = await Promise.all(ids.map((id, n) => network.del(id, { by: deleting(n) })))
      for (const deletion of deletions) expect(deletion).toSucceed()
      expect(Object.keys(network.contents())).toEqual(['last_reserved_ip.0'])
    },
  )
})

describe('many processes at once', () => {
  test('give the addresses there are, and no more', async ({ lab }) => {
    const network = new IpamNetwork(lab, {
      ranges: [[{ subnet: '10.7.0.0/29' }], [{ subnet: 'fd00:7::/64' }]],
    })
    const calls = await Promise.all(ids.slice(0, 20).map((id) => network.add(id)))
    const [served, refused] = [0, 1].map((status) => calls.filter((call) => call.status === status))
    expect(served).toHaveLength(5)
    for (const call of refused ?? []) expect(call).toFailWith(11, '5 of 5 taken')
    const given = calls.flatMap(addressesOf).map((text) => text.replace(/\/.*/, ''))
    expect(network.taken()).toEqual(given.sort())
  })

  test('give an attachment one address, however many ask for it', async ({ lab }) => {
    const network = new IpamNetwork(lab, { ranges: [[{ subnet: '10.7.0.0/29' }]] })
    const calls = await Promise.all(Array.from({ length: 20 }, () => network.add('c')))
    const refused = calls.filter((call) => call.status !== 0)
    expect(refused).toHaveLength(19)
    for (const call of refused) expect(call).toFailWith(999, '10.7.0.2')
    expect(network.taken()).toEqual(['10.7.0.2'])
  })

  test('that add and delete never share an address', async ({ lab }) => {
    const network = new IpamNetwork(lab, { ranges: [[{ subnet: '10.7.0.0/28' }]] })
    const held = new Set<string>()
    const liveAndDie = async (id: string) => {
      for (let life = 0; life < 5; life += 1) {
        const [address = 'none'] = await network.give(id)
        expect(held, id).not.toContain(address)
        held.add(address)
        expect(await network.check(id)).toSucceed()
        // Before the call, as its process frees the address before this one hears of it.
        held.delete(address)
        expect(await network.del(id)).toSucceed()
      }
    }
    await Promise.all(ids.slice(0, 12).map(liveAndDie))
    expect(network.taken()).toEqual([])
  })
})
