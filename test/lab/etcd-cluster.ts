/** Three members of etcd on machines of their own, with certificates and passwords. */

import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Authority } from './certificates.ts'
import { type EtcdctlAccess, EtcdMember, type EtcdTls, etcdctl } from './etcd-server.ts'
import { addUser, enableUsers, rootUser } from './etcd-users.ts'
import type { LabNamespace } from './namespace.ts'
import type { Workshop } from './workshop.ts'

/** The networks of the cluster; what follows is the number of the member. */
const networks = { clients: '10.99.0.', peers: '10.98.0.' } as const
const numbers = [1, 2, 3]

const deadlineMs = 30_000
/** Nobody is told of an election. */
const lookEveryMs = 50

interface EndpointStatus {
  readonly Endpoint: string
  readonly Status: {
    readonly header: { readonly member_id: number }
    readonly leader: number
  }
}

export class EtcdCluster {
  readonly members: readonly EtcdMember[]
  /** Where clients are. */
  readonly site: LabNamespace
  /** A user of the cluster, and what they show of themselves. */
  readonly user = { name: 'cni', password: 'secret' } as const
  readonly tls: EtcdTls

  private constructor(site: LabNamespace, members: readonly EtcdMember[], tls: EtcdTls) {
    this.site = site
    this.members = members
    this.tls = tls
  }

  /** Starts a cluster; it serves when this returns. */
  static async start(workshop: Workshop, prefix: string): Promise<EtcdCluster> {
    const site = workshop.namespace('etcd-site')
    for (const bridge of Object.keys(networks)) {
      site.ip('link', 'add', bridge, 'type', 'bridge')
      site.ip('link', 'set', bridge, 'up')
    }
    site.ip('address', 'add', `${networks.clients}254/24`, 'dev', 'clients')
    const authority = new Authority(join(workshop.folder, 'authority'))
    const members = numbers.map((number) => addMember(workshop, { site, authority, number }))
    await Promise.all(members.map((member) => member.start()))
    const tls = { authority: authority.certificate, identity: authority.issue('client') }
    const cluster = new EtcdCluster(site, members, tls)
    enableUsers(cluster.#access)
    addUser(cluster.#access, cluster.user, prefix)
    return cluster
  }

  get endpoints(): readonly string[] {
    return this.members.map(({ clientUrl }) => clientUrl)
  }

  /** As root, through whichever member answers. */
  get access(): EtcdctlAccess {
    return { ...this.#access, user: rootUser }
  }

  /** Who leads, as soon as somebody does. */
  async leader(): Promise<EtcdMember> {
    const deadline = Date.now() + deadlineMs
    for (;;) {
      const leader = this.#findLeader()
      if (leader !== undefined) return leader
      if (Date.now() > deadline) throw new Error('find the leader of etcd: nobody leads')
      await pause(lookEveryMs)
    }
  }

  /** Takes a member off the network of the members; clients still reach it. */
  cutOff(member: EtcdMember): void {
    this.site.ip('link', 'set', `peers-${member.name}`, 'down')
  }

  rejoin(member: EtcdMember): void {
    this.site.ip('link', 'set', `peers-${member.name}`, 'up')
  }

  #findLeader(): EtcdMember | undefined {
    const shown = etcdctl(this.access, 'endpoint', 'status', '--write-out=json')
    const statuses: readonly EndpointStatus[] = JSON.parse(shown)
    const leading = statuses.find(({ Status }) => Status.header.member_id === Status.leader)
    return this.members.find(({ clientUrl }) => clientUrl === leading?.Endpoint)
  }

  get #access(): EtcdctlAccess {
    return { endpoints: this.endpoints, tls: this.tls, space: this.site }
  }
}

interface Place {
  readonly site: LabNamespace
  readonly authority: Authority
  readonly number: number
}

/** A member on a machine of its own with a cable to each network; it is not started. */
function addMember(workshop: Workshop, { site, authority, number }: Place): EtcdMember {
  const space = workshop.namespace('etcd-member')
  for (const [bridge, network] of Object.entries(networks)) {
    const port = `${bridge}-m${number}`
    site.ip('link', 'add', port, 'type', 'veth', 'peer', 'name', bridge, 'netns', space.name)
    site.ip('link', 'set', port, 'master', bridge, 'up')
    space.ip('address', 'add', `${network}${number}/24`, 'dev', bridge)
    space.ip('link', 'set', bridge, 'up')
  }
  const addresses = Object.values(networks).map((network) => `${network}${number}`)
  const identity = authority.issue(`m${number}`, { addresses })
  return new EtcdMember(workshop, {
    name: `m${number}`,
    space,
    clientUrl: `https://${networks.clients}${number}:2379`,
    peerUrl: peerUrlOf(number),
    cluster: numbers.map((each) => `m${each}=${peerUrlOf(each)}`).join(),
    tls: { authority: authority.certificate, identity },
  })
}

function peerUrlOf(number: number): string {
  return `https://${networks.peers}${number}:2380`
}
