import { expect, test } from 'vitest'
import type { Host } from '#host/host.ts'
import { dyingHost, isDone } from '#test/lab/dying.ts'
import { Network } from './network.ts'

const ipam = { ipRanges: [{ range: '10.0.0.0/28' }, { range: 'fd00::/124' }] }
const pod = { containerId: 'c-a', args: 'K8S_POD_NAMESPACE=ns;K8S_POD_NAME=a' }
const other = { containerId: 'c-b', args: 'K8S_POD_NAMESPACE=ns;K8S_POD_NAME=b' }

/** What is in the files when `c-b` alone has addresses. */
async function withOther(): Promise<Network> {
  const network = new Network(ipam)
  await network.add(other)
  return network
}

/** Has `act` die after every number of calls, until it comes to its end; returns how many there were. */
async function afterEachDeath(
  act: (network: Network, host: Host) => Promise<unknown>,
  verify: (network: Network) => Promise<void>,
): Promise<number> {
  for (let calls = 0; ; calls += 1) {
    const network = await withOther()
    const isFinished = await isDone(act(network, dyingHost(network.host, calls)))
    await verify(network)
    if (isFinished) return calls
  }
}

test('an ADD that dies after any step leaves nothing that DEL does not free', async () => {
  const expected = (await withOther()).documents()
  const calls = await afterEachDeath(
    (network, host) => network.add({ ...pod, host }),
    async (network) => {
      await network.del(pod)
      expect(network.documents()).toEqual(expected)
    },
  )
  expect(calls).toBeGreaterThan(8)
})

test('an ADD that dies after any step leaves nothing that GC does not free', async () => {
  const expected = (await withOther()).documents()
  const valid = [{ containerID: 'c-b', ifname: 'net1' }]
  await afterEachDeath(
    (network, host) => network.add({ ...pod, host }),
    async (network) => {
      await network.gc({ 'cni.dev/valid-attachments': valid })
      expect(network.documents()).toEqual(expected)
    },
  )
})

test('a DEL that dies after any step leaves the rest to the next DEL', async () => {
  const expected = (await withOther()).documents()
  const calls = await afterEachDeath(
    async (network, host) => {
      await network.add(pod)
      await network.del({ ...pod, host })
    },
    async (network) => {
      await network.del(pod)
      expect(network.documents()).toEqual(expected)
    },
  )
  expect(calls).toBeGreaterThan(8)
})
