/** A Kubernetes API: a real kube-apiserver with an etcd of its own, and nothing else of a cluster. */

import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { Authority } from './certificates.ts'
import { EtcdMember } from './etcd-server.ts'
import { HttpsPeer, type HttpsRequest } from './https-peer.ts'
import { ownAddress } from './own-address.ts'
import { Service } from './service.ts'
import type { Workshop } from './workshop.ts'

const project = fileURLToPath(new URL('../../', import.meta.url))
/** Where script/bootstrap puts it. */
const apiServer = join(project, '.cache/kubernetes/kube-apiserver')

/** An object of the API. */
export interface ApiObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly resourceVersion?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly ownerReferences?: readonly object[]
  }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
  readonly items?: readonly ApiObject[]
  /** Of an event. */
  readonly reason?: string
  readonly message?: string
  readonly involvedObject?: object
}

/** Users by their tokens. Those of a pod are renewed, and for some time both are good. */
export const tokens = {
  plugin: 'plugin-1',
  renewedPlugin: 'plugin-2',
  controller: 'controller',
  stranger: 'stranger',
} as const

const adminToken = 'admin'
const accounts = 'system:serviceaccounts,system:serviceaccounts:kube-system'
const plugin = 'system:serviceaccount:kube-system:netwright-whereabouts'
const users = [
  [adminToken, 'admin', 'system:masters'],
  [tokens.plugin, plugin, accounts],
  [tokens.renewedPlugin, plugin, accounts],
  [tokens.controller, `${plugin}-controller`, accounts],
  [tokens.stranger, 'stranger', ''],
]

/** The API of a cluster without nodes, and somebody who is allowed everything there. */
export class KubernetesApi {
  readonly folder: string
  readonly authority: Authority
  readonly address: string
  readonly url: string
  readonly #port: number
  readonly #etcdUrl: string
  readonly #etcd: EtcdMember
  readonly #server: Service
  readonly #admin: HttpsPeer

  constructor(workshop: Workshop) {
    const { address, port } = ownAddress()
    this.address = address
    this.#port = port
    this.url = urlOf('https', { address, port })
    this.folder = join(workshop.folder, `kubernetes-${port}`)
    mkdirSync(this.folder)
    this.authority = new Authority(join(this.folder, 'pki'))
    this.#etcdUrl = urlOf('http', ownAddress())
    const request = { clientUrl: this.#etcdUrl, peerUrl: urlOf('http', ownAddress()) }
    // Who is needed longer ends later.
    this.#etcd = new EtcdMember(workshop, { name: `of-${port}`, ...request })
    this.#server = new Service(workshop, 'kube-apiserver')
    this.#admin = new HttpsPeer(this.url, readFileSync(this.authority.certificate, 'utf8'))
    workshop.afterwards(() => this.#admin.close())
  }

  /** Serves when this returns; it knows no custom resources. */
  async start(): Promise<void> {
    await this.#etcd.start()
    const isReady = () => this.#until('/readyz')
    await this.#server.start({ command: this.#command() }, isReady)
    await this.#until('/api/v1/namespaces/kube-system')
  }

  /** Creates what is in a manifest, changed so, and waits until kinds that it defines are served. */
  async apply(
    manifest: string,
    changed: (object: ApiObject) => ApiObject = (object) => object,
  ): Promise<void> {
    for (const object of readManifest(manifest)) await this.create(changed(object))
  }

  /** A namespace in which the plugin may do what it may do in its own. */
  async namespace(name: string): Promise<string> {
    await this.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    const rules = readManifest('deploy/whereabouts/rbac.yaml').filter(({ kind }) => {
      return kind === 'Role' || kind === 'RoleBinding'
    })
    for (const rule of rules) {
      await this.create({ ...rule, metadata: { ...rule.metadata, namespace: name } })
    }
    return name
  }

  async create(object: ApiObject): Promise<ApiObject> {
    const created = await this.#ask('POST', collectionOf(object), object)
    if (object.kind === 'CustomResourceDefinition') await this.#until(servedPath(object))
    return created
  }

  /** The object at a path, such as `customPath('ippools', namespace, name)`. */
  async object(path: string): Promise<ApiObject> {
    return await this.#ask('GET', path)
  }

  /** The objects at a path. */
  async objects(path: string): Promise<readonly ApiObject[]> {
    return (await this.#ask('GET', path)).items ?? []
  }

  /** The object at a path, or nothing when there is none. */
  async findObject(path: string): Promise<ApiObject | undefined> {
    const answer = await this.#admin.ask(asAdmin('GET', path))
    return answer.status === 404 ? undefined : await this.object(path)
  }

  /** Merges into the object at a path (RFC 7386), whatever its version. */
  async merge(path: string, patch: object): Promise<ApiObject> {
    return await this.#ask('PATCH', path, patch)
  }

  async remove(path: string): Promise<void> {
    await this.#ask('DELETE', path)
  }

  #command(): readonly string[] {
    const { certificate, key } = this.authority.issue('api', { addresses: [this.address] })
    const accountKey = join(this.folder, 'accounts.key')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    writeFileSync(accountKey, privateKey.export({ type: 'sec1', format: 'pem' }))
    const tokenFile = join(this.folder, 'tokens.csv')
    const lines = users.map(([token, name, groups]) => `${token},${name},${name},"${groups}"\n`)
    writeFileSync(tokenFile, lines.join(''))
    return [
      apiServer,
      `--etcd-servers=${this.#etcdUrl}`,
      // The loopback does not do, and there may be nothing else.
      ...['--advertise-address=192.0.2.1', '--service-cluster-ip-range=10.0.0.0/24'],
      ...[`--bind-address=${this.address}`, `--secure-port=${this.#port}`],
      ...[`--tls-cert-file=${certificate}`, `--tls-private-key-file=${key}`],
      ...[`--client-ca-file=${this.authority.certificate}`, `--token-auth-file=${tokenFile}`],
      ...[`--service-account-key-file=${accountKey}`, '--service-account-issuer=https://issuer'],
      `--service-account-signing-key-file=${accountKey}`,
      ...['--authorization-mode=RBAC', '--disable-admission-plugins=ServiceAccount'],
      ...['--endpoint-reconciler-type=none', `--cert-dir=${this.folder}`],
    ]
  }

  /** Until there is something at a path. */
  async #until(path: string): Promise<void> {
    for (;;) {
      // Nobody tells when a server has begun to listen.
      const answer = await this.#admin.ask(asAdmin('GET', path)).catch(() => undefined)
      if (answer?.status === 200) return
      await sleep(50)
    }
  }

  /** @throws Error for what is not done */
  async #ask(method: string, path: string, body?: object): Promise<ApiObject> {
    const answer = await this.#admin.ask(asAdmin(method, path, body))
    if (answer.status >= 200 && answer.status < 300) return JSON.parse(answer.body)
    throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`)
  }
}

function urlOf(scheme: string, { address, port }: ReturnType<typeof ownAddress>): string {
  return `${scheme}://${address}:${port}`
}

function asAdmin(method: string, path: string, body?: object): HttpsRequest {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': type }
  return { method, path, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
}

function readManifest(path: string): readonly ApiObject[] {
  const text = readFileSync(join(project, path), 'utf8')
  return parseAllDocuments(text).map((document) => document.toJS())
}

const custom = 'whereabouts.cni.cncf.io/v1alpha1'

/** The path of the custom resources of a namespace, or of one of them. */
export function customPath(plural: string, namespace: string, name?: string): string {
  const path = `/apis/${custom}/namespaces/${namespace}/${plural}`
  return name === undefined ? path : `${path}/${name}`
}

/** Kinds whose plural is not theirs with an s. */
const plurals: Readonly<Record<string, string>> = {
  NetworkAttachmentDefinition: 'network-attachment-definitions',
}

/** The path to create an object at. */
function collectionOf({ apiVersion, kind, metadata }: ApiObject): string {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
  return `${root}${place}/${plurals[kind] ?? `${kind.toLowerCase()}s`}`
}

/** The path at which a kind is served, by its definition, which is called `ippools.example.org`. */
function servedPath({ metadata: { name }, spec }: ApiObject): string {
  const [plural = '', ...group] = name.split('.')
  const [version] = Array.isArray(spec?.versions) ? spec.versions : []
  return `/apis/${group.join('.')}/${version?.name}/${plural}`
}

/**
 * Starts an API, with the custom resources and roles of our manifests, the former changed so; it ends
 * with the workshop.
 */
export async function startKubernetesApi(
  workshop: Workshop,
  changed?: (definition: ApiObject) => ApiObject,
): Promise<KubernetesApi> {
  const api = new KubernetesApi(workshop)
  await api.start()
  await api.apply('deploy/whereabouts/crds.yaml', changed)
  await api.apply('deploy/whereabouts/rbac.yaml')
  return api
}
