/** What a controller remembers of the objects of a cluster. */

import { isObject } from '#schema/schema.ts'
import type { WatchedKind } from './watched-kind.ts'

/** `namespace/name`, or the name of what is in no namespace; nothing without one. */
export function nameIn(object: unknown): string | undefined {
  const metadata = isObject(object) ? object.metadata : undefined
  if (!isObject(metadata) || typeof metadata.name !== 'string') return undefined
  const { name, namespace } = metadata
  return typeof namespace === 'string' && namespace !== '' ? `${namespace}/${name}` : name
}

/** That a pod is there. */
export const podKind: WatchedKind<true> = {
  name: 'Pods',
  path: '/api/v1/pods',
  isMetadataOnly: true,
  read: readPresence,
}

/** That a node is there. */
export const nodeKind: WatchedKind<true> = {
  name: 'Nodes',
  path: '/api/v1/nodes',
  isMetadataOnly: true,
  read: readPresence,
}

function readPresence(object: unknown): { readonly key: string; readonly value: true } | undefined {
  const key = nameIn(object)
  return key === undefined ? undefined : { key, value: true }
}

/** What a network is attached with. */
export interface NetworkDefinition {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  /** `spec.config`: the configuration, in JSON. */
  readonly config: string
}

export const networkKind: WatchedKind<NetworkDefinition> = {
  name: 'NetworkAttachmentDefinitions',
  path: '/apis/k8s.cni.cncf.io/v1/network-attachment-definitions',
  isMetadataOnly: false,
  read: (object) => {
    const key = nameIn(object)
    if (key === undefined || !isObject(object) || !isObject(object.metadata)) return undefined
    const { name, namespace, uid } = object.metadata
    const config = isObject(object.spec) ? object.spec.config : undefined
    const value = {
      name: `${name}`,
      namespace: `${namespace}`,
      uid: `${uid}`,
      config: typeof config === 'string' ? config : '',
    }
    return { key, value }
  },
}
