/** Which slices the networks of a cluster are to have. */

import { messageOf } from '#base/collect-failures.ts'
import { optionalText } from '#cni/result-parts.ts'
import type { Files } from '#host/host.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import type { IpRange } from '#ip/range.ts'
import { readRanges } from '#ipam/whereabouts/config.ts'
import type { NetworkDefinition } from '#ipam/whereabouts/controller/watch/kinds.ts'
import { slicesName } from '#ipam/whereabouts/ranges/node-slices.ts'
import { completeKeys } from '#ipam/whereabouts/settings/flat-file.ts'
import { type IpamKeys, ipamKeys } from '#ipam/whereabouts/settings/ipam-keys.ts'
import { anything, listOf } from '#schema/fields.ts'
import { fields, isObject, optional, readConfig, withDefault } from '#schema/schema.ts'
import { canCut, findSliceLength } from './slot-ranges.ts'

/** A range that is to be cut. */
export interface SliceOrder {
  /** Of the NodeSlicePool. */
  readonly name: string
  /** Of its pools. */
  readonly networkName?: string
  readonly range: IpPrefix
  /** As it was configured. */
  readonly sliceSize: string
  readonly length: number
  /** What any of the networks may give. */
  readonly parts: readonly IpRange[]
  readonly owners: readonly NetworkDefinition[]
}

export interface OrderBook {
  readonly orders: readonly SliceOrder[]
  /** What is wrong with networks; slices that they may have meant are not to be taken away. */
  readonly problems: readonly string[]
}

export async function readOrders(
  networks: Iterable<NetworkDefinition>,
  files: Files,
): Promise<OrderBook> {
  const found: SliceOrder[] = []
  const problems: string[] = []
  for (const network of networks) {
    try {
      found.push(...(await ordersOf(network, files)))
    } catch (failure) {
      problems.push(`${titleOf(network)}: ${messageOf(failure)}`)
    }
  }
  const book = merge(found)
  return { orders: book.orders, problems: [...problems, ...book.problems] }
}

function titleOf({ namespace, name }: NetworkDefinition): string {
  return `NetworkAttachmentDefinition ${namespace}/${name}`
}

const configKeys = fields({
  name: optionalText(),
  ipam: optional(anything()),
  plugins: withDefault(listOf(anything()), []),
})

async function ordersOf(network: NetworkDefinition, files: Files): Promise<readonly SliceOrder[]> {
  // Without one, it means a file of the nodes.
  if (network.config.trim() === '') return []
  const { name = network.name, ipam, plugins } = readConfig(configKeys, parse(network.config))
  const chained = plugins.map((plugin) => readConfig(configKeys, plugin).ipam)
  const orders: SliceOrder[] = []
  for (const candidate of [ipam, ...chained]) {
    if (!isObject(candidate) || candidate.type !== 'whereabouts') continue
    const keys = await completeKeys(readConfig(ipamKeys, candidate, ['ipam']), files)
    orders.push(...ordersIn(keys, { name, owner: network }))
  }
  return orders
}

function parse(config: string): unknown {
  try {
    return JSON.parse(config)
  } catch {
    throw new Error('spec.config is not JSON')
  }
}

function ordersIn(
  keys: IpamKeys,
  { name, owner }: { readonly name: string; readonly owner: NetworkDefinition },
): readonly SliceOrder[] {
  const { node_slice_size: sliceSize, network_name: networkName, datastore } = keys
  // The file of the nodes, which may name the datastore, is not here.
  if (sliceSize === undefined || (datastore ?? 'kubernetes') !== 'kubernetes') return []
  return readRanges(keys).map(({ subnet: range, parts }, index) => {
    const length = findSliceLength(sliceSize)
    if (length === undefined || !canCut({ range, length })) {
      throw new Error(`ipam.node_slice_size: ${range} cannot be cut into slices of ${sliceSize}`)
    }
    return {
      name: slicesName(networkName ?? name, range, index),
      ...(networkName !== undefined && { networkName }),
      ...{ range, sliceSize, length, parts, owners: [owner] },
    }
  })
}

/** Networks of one name have their slices in common, and must mean the same ones. */
function merge(found: readonly SliceOrder[]): OrderBook {
  const orders = new Map<string, SliceOrder>()
  const contested = new Map<string, string>()
  for (const order of found) {
    const other = orders.get(order.name)
    if (other === undefined) orders.set(order.name, order)
    else if (isSameCut(order, other)) orders.set(order.name, joined(other, order))
    else contested.set(order.name, contestOf(other, order))
  }
  return {
    orders: [...orders.values()].filter(({ name }) => !contested.has(name)),
    problems: [...contested.values()],
  }
}

function isSameCut(a: SliceOrder, b: SliceOrder): boolean {
  return a.range.equals(b.range) && a.length === b.length && a.networkName === b.networkName
}

function joined(a: SliceOrder, b: SliceOrder): SliceOrder {
  return { ...a, parts: [...a.parts, ...b.parts], owners: [...a.owners, ...b.owners] }
}

function contestOf(a: SliceOrder, b: SliceOrder): string {
  const [one, other] = [a, b].map(({ owners: [owner], range, sliceSize }) => {
    return `${owner === undefined ? '' : titleOf(owner)} wants ${range} in slices of ${sliceSize}`
  })
  return `NodeSlicePool ${a.name}: ${one}, ${other}`
}
