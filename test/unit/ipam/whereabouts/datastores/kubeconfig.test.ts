import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readKubeconfig } from '#ipam/whereabouts/datastores/kubeconfig.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

const folder = '/etc/cni/net.d/whereabouts.d'
const path = `${folder}/whereabouts.kubeconfig`
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const key = '-----BEGIN PRIVATE KEY-----\nMIIC\n-----END PRIVATE KEY-----\n'

interface Content {
  readonly cluster?: object
  readonly user?: object
  readonly context?: object
}

/** As the installer of the original writes it. */
function whole({ cluster = {}, user = { token: 'secret' }, context = {} }: Content = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server: 'https://[fd00::1]:443', ...cluster } }],
    users: [{ name: 'whereabouts', user }],
    contexts: [
      {
        name: 'whereabouts-context',
        context: { cluster: 'local', user: 'whereabouts', ...context },
      },
    ],
    'current-context': 'whereabouts-context',
  }
}

function read(text: string, files: Readonly<Record<string, string>> = {}) {
  return readKubeconfig(new FakeHost({ files: { [path]: text, ...files } }).files, path)
}

function readWhole(content: Content, files?: Readonly<Record<string, string>>) {
  return read(stringify(whole(content)), files)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

describe('a kubeconfig', () => {
  test('is read in YAML, as the installer of the original writes it', async () => {
    const text = `# Kubeconfig file for Multus CNI plugin.
apiVersion: v1
kind: Config
clusters:
- name: local
  cluster:
    server: https://10.96.0.1:443
    certificate-authority-data: "${base64(certificate)}"
users:
- name: whereabouts
  user:
    token: "secret"
contexts:
- name: whereabouts-context
  context:
    cluster: local
    user: whereabouts
    namespace: networks
current-context: whereabouts-context
`
    expect(await read(text)).toEqual({
      origin: 'https://10.96.0.1:443',
      basePath: '',
      tls: { authorities: certificate },
      token: 'secret',
      renewal: `renew the token in ${path}`,
      namespace: 'networks',
    })
  })

  test('is read in JSON, and in YAML with braces', async () => {
    const access = await readWhole({})
    expect(access).toMatchObject({ origin: 'https://[fd00::1]:443', namespace: 'kube-system' })
    expect(await read(JSON.stringify(whole()))).toEqual(access)
    const unquoted = JSON.stringify(whole()).replaceAll(/"(\w+)":/g, '$1: ')
    expect(await read(unquoted)).toEqual(access)
  })

  test.each([
    ['https://example.org', 'https://example.org:443', ''],
    ['http://10.0.0.1:8080/', 'http://10.0.0.1:8080', ''],
    ['HTTPS://10.0.0.1:6443/k8s/clusters/c-1/', 'https://10.0.0.1:6443', '/k8s/clusters/c-1'],
  ])('says that the API is at %s', async (server, origin, basePath) => {
    expect(await readWhole({ cluster: { server } })).toMatchObject({ origin, basePath })
  })

  test('names files, relative to its folder', async () => {
    const cluster = { 'certificate-authority': 'ca.crt', 'tls-server-name': 'kubernetes' }
    const user = { 'client-certificate': '/pki/client.crt', 'client-key': 'client.key' }
    const files = {
      [`${folder}/ca.crt`]: certificate,
      '/pki/client.crt': certificate,
      [`${folder}/client.key`]: key,
    }
    expect(await readWhole({ cluster, user }, files)).toMatchObject({
      tls: { authorities: certificate, serverName: 'kubernetes', identity: { certificate, key } },
      renewal: 'renew the client certificate in /pki/client.crt',
    })
  })

  test('has certificates and keys itself, which count before files', async () => {
    const cluster = {
      'certificate-authority-data': base64(certificate).replaceAll(/.{16}/g, '$&\n'),
      'certificate-authority': 'absent',
    }
    const user = {
      'client-certificate-data': base64(certificate),
      'client-key-data': base64(key),
    }
    expect(await readWhole({ cluster, user })).toMatchObject({
      tls: { authorities: certificate, identity: { certificate, key } },
      renewal: `renew the client certificate in ${path}`,
    })
  })

  test('has its token in a file, which counts before its own', async () => {
    const user = { tokenFile: 'token', token: 'old' }
    expect(await readWhole({ user }, { [`${folder}/token`]: 'new\n' })).toMatchObject({
      token: 'new',
      renewal: `renew the token in ${folder}/token`,
    })
  })

  test('may trust whoever answers', async () => {
    const cluster = { 'insecure-skip-tls-verify': true }
    expect((await readWhole({ cluster })).tls).toEqual({ isUnverified: true })
  })

  test.each<[string, Content, string]>([
    [
      'a program for credentials',
      { user: { exec: { command: 'aws' } } },
      'users[0].user.exec: expected no program that is asked for credentials: ' +
        'give a token, a tokenFile or a client-certificate',
    ],
    [
      'a provider of credentials',
      { user: { 'auth-provider': { name: 'gcp' } } },
      'users[0].user.auth-provider: expected no provider',
    ],
    ['a password', { user: { username: 'me', password: 'x' } }, 'users[0].user.username: '],
    ['another user to be', { user: { token: 'x', as: 'root' } }, 'users[0].user.as: '],
    ['a proxy', { cluster: { 'proxy-url': 'http://p:3128' } }, 'clusters[0].cluster.proxy-url: '],
    [
      'no URL',
      { cluster: { server: '10.0.0.1:6443' } },
      'clusters[0].cluster.server: expected a URL',
    ],
    [
      'a port that is none',
      { cluster: { server: 'https://a:65536' } },
      'clusters[0].cluster.server: expected a URL',
    ],
    [
      'trust in nobody and in somebody',
      { cluster: { 'insecure-skip-tls-verify': true, 'certificate-authority': 'ca.crt' } },
      'clusters[0].cluster.insecure-skip-tls-verify: expected false',
    ],
    [
      'what is no PEM',
      { cluster: { 'certificate-authority-data': base64('nothing') } },
      'clusters[0].cluster.certificate-authority-data: expected PEM in base64',
    ],
    [
      'a file that is not there',
      { user: { tokenFile: '/run/token' } },
      'users[0].user.tokenFile: expected a file that can be read (read /run/token: ENOENT',
    ],
    [
      'half of a pair',
      { user: { 'client-key-data': base64(key) } },
      'users[0].user.client-certificate: expected the other half of a pair',
    ],
    ['a token of two lines', { user: { token: 'a\nb' } }, 'users[0].user.token: expected a token'],
    [
      'an unknown cluster',
      { context: { cluster: 'other' } },
      'contexts[0].context.cluster: expected a name that the file defines',
    ],
  ])('is refused with %s, by file and key', async (_, content, reason) => {
    const refused = readWhole(content, { [`${folder}/ca.crt`]: certificate })
    await expect(refused).rejects.toMatchObject({
      name: 'DatastoreError',
      failure: 'unreachable',
      message: expect.stringContaining(`read kubeconfig ${path}: ${reason}`),
    })
  })

  test('is refused without a context, and where it is no kubeconfig at all', async () => {
    const { 'current-context': _, ...others } = Object(whole())
    const refusal = `read kubeconfig ${path}: current-context: expected`
    await expect(read(JSON.stringify(others))).rejects.toThrow(refusal)
    await expect(read('')).rejects.toThrow(`read kubeconfig ${path}: expected an object`)
    await expect(read('a: [1\nb: }')).rejects.toThrow(/whereabouts.kubeconfig: line \d+: [A-Z_]+$/)
    await expect(read('#'.repeat(2 ** 20 + 1))).rejects.toThrow('it is too large')
  })

  test('tells nobody what it holds', async () => {
    const user = { 'client-key-data': 'c2VjcmV0IGtleQ==', 'client-certificate-data': '!' }
    for (const content of [{ user: { token: 'top secret' } }, { user }]) {
      await expect(readWhole(content)).rejects.toThrow(/^((?!secret|c2Vj|!).)*$/s)
    }
    await expect(read('- top secret: "')).rejects.toThrow(/^((?!secret).)*$/s)
  })
})
