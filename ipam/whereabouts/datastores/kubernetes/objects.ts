/** The custom resources of whereabouts as they go to and come from the API. */

import { findIpAddress, type IpAddress } from '#ip/address.ts'
import type { Reservation } from '#ipam/whereabouts/datastores/datastore.ts'
import { toEntry } from '#ipam/whereabouts/pool/allocation-entries.ts'
import { poolName, reservationName } from '#ipam/whereabouts/pool/names.ts'
import type { Allocation, PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { type NodeSlices, readNodeSlices } from '#ipam/whereabouts/ranges/node-slices.ts'
import { anything, nonEmptyText, text } from '#schema/fields.ts'
import { fields, isObject, readConfig, type Schema } from '#schema/schema.ts'
import { apiVersion, type Kind, type Preconditions } from './collection.ts'

/** An IPPool that is there. */
export interface PoolObject {
  /** Changes with every write. */
  readonly version: string
  readonly range: string
  /** Whether the API notes who wrote which field. */
  readonly isTracked: boolean
  /** The allocations as they are, those that make no sense to us too. */
  readonly entries: Readonly<Record<string, unknown>>
}

const poolSchema = fields({
  metadata: fields({ resourceVersion: nonEmptyText(), managedFields: anything() }),
  spec: fields({ range: text(), allocations: anything() }),
})

export const poolKind: Kind<PoolObject> = { name: 'IPPool', plural: 'ippools', read: readPool }

function readPool(object: unknown): PoolObject {
  const { metadata, spec } = readConfig(poolSchema, object)
  const { range, allocations } = spec
  const entries = isObject(allocations) ? allocations : {}
  const { resourceVersion: version, managedFields: managers } = metadata
  return { version, range, isTracked: Array.isArray(managers) && managers.length > 0, entries }
}

/** An IPPool that is to be made. */
export function newPool(key: PoolKey, put: ReadonlyMap<bigint, Allocation>): object {
  const entries = [...put].map(([offset, allocation]) => [`${offset}`, toEntry(allocation)])
  return {
    apiVersion,
    kind: poolKind.name,
    metadata: { name: poolName(key) },
    spec: { range: `${key.range}`, allocations: Object.fromEntries(entries) },
  }
}

/** An OverlappingRangeIPReservation that is there. */
export interface ReservationObject {
  readonly metadata: { readonly name: string } & Preconditions
  /** Who has the address (`readReservation`). */
  readonly spec: unknown
}

const reservationSchema: Schema<ReservationObject> = fields({
  metadata: fields({ name: text(), uid: text(), resourceVersion: text() }),
  spec: anything(),
})

export const reservationKind: Kind<ReservationObject> = {
  name: 'OverlappingRangeIPReservation',
  plural: 'overlappingrangeipreservations',
  read: (object) => readConfig(reservationSchema, object),
}

export const slicesKind: Kind<NodeSlices> = {
  name: 'NodeSlicePool',
  plural: 'nodeslicepools',
  read: readNodeSlices,
}

/** An OverlappingRangeIPReservation that is to be made. */
export function newReservation({ networkName, address, podRef, ifName }: Reservation): object {
  return {
    apiVersion,
    kind: reservationKind.name,
    metadata: { name: reservationName(networkName, address) },
    spec: { podref: podRef, ...(ifName !== '' && { ifname: ifName }) },
  }
}

/** The address that a reservation under a network name is of, by the name that it has then. */
export function findReservedAddress(
  name: string,
  networkName: string | undefined,
): IpAddress | undefined {
  const prefix = networkName === undefined || networkName === '' ? '' : `${networkName}-`
  const address = findIpAddress(name.slice(prefix.length).replaceAll('-', ':'))
  // The prefix may be another one, and addresses have several texts.
  return address !== undefined && reservationName(networkName, address) === name
    ? address
    : undefined
}
