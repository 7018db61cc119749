/** A namespace of a cluster with pods and their addresses, as a controller finds them. */

import { customPath, type KubernetesApi, tokens } from './kubernetes-api.ts'
import { writeKubeconfig } from './kubernetes-datastore.ts'
import { networkDefinition, networkPath } from './network-definitions.ts'

/** `{ '1': 'web' }`: which pod has the address at which offset, as `net1`. */
export type Holders = Readonly<Record<string, string>>

let namespaces = 0

export class ClusterScene {
  readonly namespace: string
  readonly #api: KubernetesApi

  private constructor(api: KubernetesApi, namespace: string) {
    this.#api = api
    this.namespace = namespace
  }

  static async create(api: KubernetesApi): Promise<ClusterScene> {
    namespaces += 1
    return new ClusterScene(api, await api.namespace(`scene-${namespaces}`))
  }

  /** The path of a kubeconfig, for the controller unless it says otherwise. */
  kubeconfig(server = this.#api.url, token: string = tokens.controller): string {
    const { namespace } = this
    return writeKubeconfig(this.#api, {
      cluster: { server },
      user: { token },
      context: { namespace },
    })
  }

  async pod(name: string): Promise<void> {
    const { namespace } = this
    const spec = { containers: [{ name: 'main', image: 'none' }] }
    await this.#api.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec })
  }

  async removePod(name: string): Promise<void> {
    await this.#api.remove(`/api/v1/namespaces/${this.namespace}/pods/${name}?gracePeriodSeconds=0`)
  }

  /** A network with addresses from whereabouts; the cluster has to know such. */
  async network(name: string, ipam: object): Promise<void> {
    await this.#api.create(networkDefinition({ namespace: this.namespace, name }, ipam))
  }

  async changeNetwork(name: string, ipam: object): Promise<void> {
    const { namespace } = this
    const { spec } = networkDefinition({ namespace, name }, ipam)
    await this.#api.merge(networkPath(namespace, name), { spec })
  }

  /** Passes when there is none. */
  async removeNetwork(name: string): Promise<void> {
    const path = networkPath(this.namespace, name)
    if ((await this.#api.findObject(path)) !== undefined) await this.#api.remove(path)
  }

  /** Which node has which slice, in order; an empty name for a slice that no node has. */
  async slices(name: string): Promise<readonly (readonly [string, string])[]> {
    const { status } = await this.#api.object(this.slicesPath(name))
    const slots: readonly unknown[] = Object(status).allocations
    return slots.map((slot) => [Object(slot).sliceRange, Object(slot).nodeName])
  }

  slicesPath(name: string): string {
    return customPath('nodeslicepools', this.namespace, name)
  }

  podRef(name: string): string {
    return `${this.namespace}/${name}`
  }

  async pool(name: string, range: string, holders: Holders): Promise<void> {
    const entries = Object.entries(holders).map(([offset, pod]) => {
      return [offset, { id: `c-${pod}`, podref: this.podRef(pod), ifname: 'net1' }]
    })
    const spec = { range, allocations: Object.fromEntries(entries) }
    await this.#createCustom('IPPool', name, spec)
  }

  async reservation(name: string, pod: string): Promise<void> {
    const spec = { podref: this.podRef(pod), ifname: 'net1' }
    await this.#createCustom('OverlappingRangeIPReservation', name, spec)
  }

  async #createCustom(kind: string, name: string, spec: Readonly<Record<string, unknown>>) {
    const { namespace } = this
    const apiVersion = 'whereabouts.cni.cncf.io/v1alpha1'
    await this.#api.create({ apiVersion, kind, metadata: { name, namespace }, spec })
  }

  /** Who has which address of a pool, by name. */
  async holders(pool: string): Promise<Holders> {
    const { spec } = await this.#api.object(customPath('ippools', this.namespace, pool))
    const entries = Object.entries(Object(spec?.allocations)).map(([offset, entry]) => {
      return [offset, Object(entry).podref.slice(this.namespace.length + 1)]
    })
    return Object.fromEntries(entries)
  }

  /** The names of all reservations. */
  async reservations(): Promise<readonly string[]> {
    const path = customPath('overlappingrangeipreservations', this.namespace)
    return (await this.#api.objects(path)).map(({ metadata }) => metadata.name).sort()
  }
}
