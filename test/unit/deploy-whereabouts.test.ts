/** The manifests of whereabouts, as far as they can be judged without a cluster. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readFlags } from '#ipam/whereabouts/controller/flags.ts'

const folder = new URL('../../deploy/whereabouts/', import.meta.url)
const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

interface Container {
  readonly image: string
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: readonly unknown[]
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[]
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly serviceAccountName: string
        readonly containers: readonly Container[]
        readonly volumes?: readonly { readonly name: string; readonly hostPath: { path: string } }[]
      }
    }
  }
}

function readText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}

function readManifests(name: string): readonly Manifest[] {
  return parseAllDocuments(readText(name)).map((document) => document.toJS())
}

/** What a manifest of one workload runs. */
function podOf(name: string) {
  const [manifest] = readManifests(name)
  const pod = manifest?.spec.template.spec
  const container = pod?.containers[0]
  if (pod === undefined || container === undefined) throw new Error(`${name} runs nothing`)
  return { pod, container }
}

const workloads = ['controller.yaml', 'daemonset.yaml']

test.each(workloads)('%s runs the executable of this version with flags that it knows', (name) => {
  const { container } = podOf(name)
  const [program, word, ...flags] = container.command
  expect([program, word]).toEqual(['/netwright', 'whereabouts-controller'])
  expect(readText('Containerfile')).toContain(`COPY dist/bin/netwright ${program}`)
  expect(container.image).toBe(`netwright-whereabouts:${version}`)
  expect(readText('Containerfile')).toContain(container.image)
  expect(readText('README.md')).toContain(container.image)
  expect(readFlags([...flags, ...container.args])).toMatchObject({ graceMs: 30_000 })
})

test.each(workloads)('%s is of an account that has roles, and says where objects are', (name) => {
  const { pod, container } = podOf(name)
  const accounts = readManifests('rbac.yaml').filter(({ kind }) => kind === 'ServiceAccount')
  expect(accounts.map(({ metadata }) => metadata.name)).toContain(pod.serviceAccountName)
  const fieldRef = { fieldPath: 'metadata.namespace' }
  expect(container.env).toContainEqual({ name: 'WHEREABOUTS_NAMESPACE', valueFrom: { fieldRef } })
})

test('the agent has the files of the node under the paths that they have there', () => {
  const { pod, container } = podOf('daemonset.yaml')
  const mounts = container.volumeMounts?.map(({ name, mountPath }) => [name, mountPath])
  expect(mounts).toEqual(pod.volumes?.map(({ name, hostPath }) => [name, hostPath.path]))
  const { installed, keptKubeconfig, dataDir } = readFlags(['-node', ...container.args])
  for (const path of [installed, keptKubeconfig, `${dataDir}/calls`]) {
    expect(
      mounts?.some(([, mountPath]) => path.startsWith(`${mountPath}/`)),
      path,
    ).toBe(true)
  }
})
