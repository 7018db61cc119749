/** A lease as the answer of an ADD. */

import type { Assignment } from '#cni/add-interface.ts'
import { type Dns, noDns, type ResultRoute } from '#cni/result.ts'
import { defaultPrefix } from '#ip/prefix.ts'
import { listSearchDomains } from '#ipam/dhcp/message/domain-names.ts'
import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'
import { optionCodes } from '#ipam/dhcp/message/option-codes.ts'
import { findDomain, findUint16, listAddresses } from '#ipam/dhcp/message/option-values.ts'
import {
  type GivenRoute,
  listClasslessRoutes,
  listStaticRoutes,
} from '#ipam/dhcp/message/route-options.ts'
import { RT_SCOPE_LINK } from '#kernel/scope.ts'
import type { Lease } from './lease.ts'

/** What of a lease is wanted, and how. */
export interface AssignmentWishes {
  /** The metric of every route; the kernel's default when absent. */
  readonly priority?: number
  /** Leaves out resolver settings and the MTU. */
  readonly addressingOnly: boolean
}

/** What a container is given. A CNI result has no place for the MTU of an address. */
export interface LeaseAssignment extends Assignment {
  /** Bytes. */
  readonly mtu?: number
}

/** RFC 2132 §5.1. */
const smallestMtu = 68
/** Most pods have it. */
const defaultPrefix4 = defaultPrefix(4)

/** Whatever else a server says of a lease is not needed as long as the lease is. */
export const assignedOptions: readonly number[] = [
  optionCodes.routers,
  optionCodes.domainNameServers,
  optionCodes.domainName,
  optionCodes.interfaceMtu,
  optionCodes.staticRoutes,
  optionCodes.domainSearch,
  optionCodes.classlessRoutes,
]

/** The address, its gateway, routes, resolver settings and MTU of a lease. */
export function assignmentOf(lease: Lease, wishes: AssignmentWishes): LeaseAssignment {
  const { address, options } = lease
  const gateway = findGateway(options)
  const { priority } = wishes
  const routes = listRoutes(options).map((route) => ({ ...route, ...(priority && { priority }) }))
  const mtu = wishes.addressingOnly ? undefined : findMtu(options)
  return {
    ips: [{ address, ...(gateway && { gateway }) }],
    routes,
    dns: wishes.addressingOnly ? noDns : readDns(options),
    ...(mtu !== undefined && { mtu }),
  }
}

/** What several leases give to one link. */
export function joinAssignments(all: readonly LeaseAssignment[]): LeaseAssignment {
  const [first, second] = all
  if (first !== undefined && second === undefined) return first
  const mtus = all.flatMap(({ mtu }) => mtu ?? [])
  const domain = all.map(({ dns }) => dns.domain).find((each) => each !== undefined)
  return {
    ips: all.flatMap(({ ips }) => ips),
    routes: all.flatMap(({ routes }) => routes),
    dns: {
      nameservers: all.flatMap(({ dns }) => dns.nameservers),
      ...(domain !== undefined && { domain }),
      search: [...new Set(all.flatMap(({ dns }) => dns.search))],
      options: all.flatMap(({ dns }) => dns.options),
    },
    ...(mtus.length > 0 && { mtu: Math.min(...mtus) }),
  }
}

type Gateway = NonNullable<Assignment['ips'][number]['gateway']>

function findGateway(options: DhcpOptions): Gateway | undefined {
  const [first] = listAddresses(options, optionCodes.routers)
  return first?.value === 0n ? undefined : first
}

/** RFC 3442: whoever gets classless routes passes over the others, the gateway among them. */
function listRoutes(options: DhcpOptions): readonly ResultRoute[] {
  const classless = listClasslessRoutes(options)
  if (classless.length > 0) return classless.map(resultRoute)
  const gateway = findGateway(options)
  const defaultRoute = gateway === undefined ? [] : [{ destination: defaultPrefix4, gateway }]
  return [...listStaticRoutes(options).map(resultRoute), ...defaultRoute]
}

/** A route without a router keeps its zero gateway, as the reference has it. */
function resultRoute({ destination, router }: GivenRoute): ResultRoute {
  return { destination, gateway: router, ...(router.value === 0n && { scope: RT_SCOPE_LINK }) }
}

function readDns(options: DhcpOptions): Dns {
  const domain = findDomain(options)
  return {
    nameservers: listAddresses(options, optionCodes.domainNameServers).map(String),
    ...(domain !== undefined && { domain }),
    search: listSearchDomains(options),
    options: [],
  }
}

function findMtu(options: DhcpOptions): number | undefined {
  const mtu = findUint16(options, optionCodes.interfaceMtu)
  return mtu === undefined || mtu < smallestMtu ? undefined : mtu
}
