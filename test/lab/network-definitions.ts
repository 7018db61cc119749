/** NetworkAttachmentDefinitions, which clusters have that know more than one network. */

import type { ApiObject } from './kubernetes-api.ts'

const group = 'k8s.cni.cncf.io'
const plural = 'network-attachment-definitions'

/** Their definition, as little of it as is needed. */
export const networkDefinitions: ApiObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: {
      ...{ plural, singular: 'network-attachment-definition' },
      kind: 'NetworkAttachmentDefinition',
    },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { config: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
}

/** A network of macvlan with addresses from whereabouts. */
export function networkDefinition(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  ipam: object,
): ApiObject {
  const whereabouts = { type: 'whereabouts', ...ipam }
  const config = { cniVersion: '1.0.0', name, type: 'macvlan', ipam: whereabouts }
  return {
    apiVersion: `${group}/v1`,
    kind: 'NetworkAttachmentDefinition',
    metadata: { name, namespace },
    spec: { config: JSON.stringify(config) },
  }
}

export function networkPath(namespace: string, name: string): string {
  return `/apis/${group}/v1/namespaces/${namespace}/${plural}/${name}`
}
