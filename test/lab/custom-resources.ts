/** Definitions of custom resources that differ from ours. */

import type { ApiObject } from './kubernetes-api.ts'

/**
 * Lets everything into the allocations of a pool, as definitions of old versions did and operators may:
 * ours keeps out what has no `id`.
 */
export function allowAnyEntries(definition: ApiObject): ApiObject {
  const { spec, metadata } = definition
  if (metadata.name !== 'ippools.whereabouts.cni.cncf.io') return definition
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const relax = (key: string, value: unknown) => (key === 'allocations' ? anything : value)
  return { ...definition, spec: JSON.parse(JSON.stringify(spec, relax)) }
}

/** Lets slots be free: the API server of the tests, unlike newer ones, takes an empty text for null. */
export function allowFreeSlots(definition: ApiObject): ApiObject {
  const nullable = (key: string, value: unknown) => {
    return key === 'nodeName' ? { ...Object(value), nullable: true } : value
  }
  return { ...definition, spec: JSON.parse(JSON.stringify(definition.spec, nullable)) }
}
