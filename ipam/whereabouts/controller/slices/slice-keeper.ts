/** Gives nodes their slices. */

import { messageOf } from '#base/collect-failures.ts'
import type { Log } from '#cni/daemon-log.ts'
import type { Metric } from '#ipam/whereabouts/controller/metrics.ts'
import type { ListedPool } from '#ipam/whereabouts/controller/reconcile/findings.ts'
import { StandingLog } from '#ipam/whereabouts/controller/standing-log.ts'
import type { Cluster } from '#ipam/whereabouts/controller/stores/cluster.ts'
import type { NetworkDefinition } from '#ipam/whereabouts/controller/watch/kinds.ts'
import type { WatchedSet } from '#ipam/whereabouts/controller/watch/watched-set.ts'
import type { KubernetesClient } from '#ipam/whereabouts/datastores/kubernetes/client.ts'
import { KubernetesCollection } from '#ipam/whereabouts/datastores/kubernetes/collection.ts'
import type { NodeSlices } from '#ipam/whereabouts/ranges/node-slices.ts'
import { Absences } from './absences.ts'
import { heldSlots } from './held-slots.ts'
import { planSlots } from './plan-slots.ts'
import { sliceMetrics } from './slice-metrics.ts'
import {
  hasOwners,
  isOurs,
  type SliceObject,
  sliceObjectKind,
  toSliceObject,
} from './slice-objects.ts'
import { readOrders, type SliceOrder } from './slice-orders.ts'
import { slotRanges } from './slot-ranges.ts'

export interface SliceSite {
  readonly cluster: Cluster
  readonly log: Log
  readonly graceMs: number
  readonly nodes: Pick<WatchedSet<true>, 'isKnown' | 'values'>
  readonly networks: Pick<WatchedSet<NetworkDefinition>, 'isKnown' | 'values'>
}

const timeoutMs = 60_000
/** One has up to 20000 slots. */
const pageSize = 4

type Collection = KubernetesCollection<SliceObject>

/** What is known in a run. */
interface Scene {
  readonly client: KubernetesClient
  readonly collection: Collection
  readonly pools: readonly ListedPool[]
  readonly otherNetworks: ReadonlySet<string>
}

export class SliceKeeper {
  readonly #site: SliceSite
  readonly #absences: Absences
  readonly #troubles: StandingLog
  #problems: string[] = []
  #known: ReadonlyMap<string, NodeSlices> = new Map()
  #isSettled = true

  constructor(site: SliceSite) {
    this.#site = site
    this.#absences = new Absences(site.cluster.host.clock, site.graceMs)
    this.#troubles = new StandingLog(site.log, 'slices')
  }

  /**
   * Has the slices of the cluster be what its networks and nodes want; returns whether there is nothing
   * left to wait for. What fails keeps no other slices from it, and is tried again.
   *
   * @param pools what was in them a moment ago
   * @throws DatastoreError when it cannot be read what there is
   */
  async run(pools: readonly ListedPool[]): Promise<boolean> {
    const { cluster, nodes, networks } = this.#site
    // Nobody is to lose a slice because something could not be read.
    if (!nodes.isKnown || !networks.isKnown) return true
    this.#absences.see(nodes.values)
    this.#isSettled = true
    const { orders, problems } = await readOrders(networks.values.values(), cluster.host.files)
    this.#problems = [...problems]
    using connection = await cluster.connect(timeoutMs)
    const { held: client } = connection
    const collection = new KubernetesCollection(client, sliceObjectKind)
    const objects = await collection.listAll(pageSize)
    const otherNetworks = new Set(orders.flatMap(({ networkName }) => networkName ?? []))
    const scene = { client, collection, pools, otherNetworks }
    const before = new Map(objects.map((object) => [object.name, object]))
    const known = new Map<string, NodeSlices>()
    for (const order of orders) {
      const slices = await this.#attempt(order, () =>
        this.#serve(order, before.get(order.name), scene),
      )
      if (slices !== undefined) known.set(order.name, slices)
    }
    if (problems.length === 0) await this.#removeOthers(objects, orders, scene)
    this.#known = known
    this.#troubles.tell(this.#problems)
    return this.#isSettled
  }

  metrics(): readonly Metric[] {
    return sliceMetrics(this.#known, new Set(this.#site.nodes.values.keys()))
  }

  async #attempt<T>({ name }: { readonly name: string }, work: () => Promise<T>) {
    try {
      return await work()
    } catch (failure) {
      this.#trouble(name, messageOf(failure))
      return undefined
    }
  }

  #trouble(name: string, text: string): undefined {
    this.#isSettled = false
    this.#problems.push(`NodeSlicePool ${name}: ${text}`)
  }

  /** Returns the slices as they are then. */
  async #serve(
    order: SliceOrder,
    before: SliceObject | undefined,
    scene: Scene,
  ): Promise<NodeSlices | undefined> {
    const { name, range, sliceSize } = order
    const plan = this.#plan(order, before?.slices, scene)
    if (plan.kind === 'refused') {
      const { node, range: slot } = plan.slot
      this.#trouble(name, `not cut anew: pods on node ${node} have addresses of ${slot}`)
      return before?.slices
    }
    if (plan.waitingFor.length > 0) this.#isSettled = false
    if (plan.without.length > 0) {
      this.#trouble(name, `no slot is left for nodes ${plan.without.slice(0, 10).join(', ')}`)
    }
    const slices = { range: `${range}`, sliceSize, slots: plan.slots }
    await this.#store(slices, order, { ...scene, before })
    return slices
  }

  #plan(order: SliceOrder, before: NodeSlices | undefined, { pools, otherNetworks }: Scene) {
    const current = before?.slots ?? []
    const present = this.#site.nodes.values
    const nodes = new Set([...present.keys(), ...current.map(({ node }) => node)])
    const { networkName } = order
    return planSlots({
      current,
      wanted: slotRanges(order),
      nodes: present.keys(),
      isGone: (node) => this.#absences.isLong(node),
      holders: heldSlots(pools, { networkName, otherNetworks, nodes }),
    })
  }

  async #store(
    slices: NodeSlices,
    { name, owners }: SliceOrder,
    { client, collection, before }: Scene & { readonly before: SliceObject | undefined },
  ): Promise<void> {
    const place = { name, owners, namespace: client.namespace }
    if (before && isSame(before.slices, slices) && hasOwners(before, place)) return
    const object = toSliceObject(slices, place, before)
    const stored = before ? collection.replace(name, object) : collection.create(name, object)
    const conflict = await stored
    if (conflict !== undefined) throw conflict
    this.#site.log(`NodeSlicePool ${name}`, describe(slices))
  }

  /** Those that no network wants any more, once nobody has an address of them. */
  async #removeOthers(
    objects: readonly SliceObject[],
    orders: readonly SliceOrder[],
    { collection, pools }: Scene,
  ): Promise<void> {
    const wanted = new Set(orders.map(({ name }) => name))
    const held = new Set(pools.flatMap(({ key, taken }) => (taken.size > 0 ? `${key.range}` : [])))
    for (const object of objects) {
      const { name, conditions, slices } = object
      if (wanted.has(name) || !isOurs(object)) continue
      if (slices.slots.some(({ range }) => held.has(range))) this.#isSettled = false
      else {
        await this.#attempt(object, async () => {
          const conflict = await collection.remove(name, conditions)
          if (conflict === undefined) this.#site.log(`NodeSlicePool ${name}`, 'removed')
        })
      }
    }
  }
}

function isSame(a: NodeSlices, b: NodeSlices): boolean {
  if (a.range !== b.range || a.sliceSize !== b.sliceSize) return false
  if (a.slots.length !== b.slots.length) return false
  return a.slots.every(({ range, node }, index) => {
    const other = b.slots[index]
    return other?.range === range && other.node === node
  })
}

function describe({ range, sliceSize, slots }: NodeSlices): string {
  const taken = slots.filter(({ node }) => node !== '').length
  return `${range} in slices of ${sliceSize}: ${taken} of ${slots.length} are nodes'`
}
