/** From the keys of a configuration to the datastore that they mean. */

import { ConfigError, describeFound } from '#base/config-error.ts'
import { absolutePath } from './absolute-path.ts'
import type { IpamKeys } from './ipam-keys.ts'
import type { DatastoreSettings, EtcdSettings } from './settings.ts'

/**
 * The datastore that is named, else Kubernetes where there is a kubeconfig, else files.
 *
 * @throws ConfigError
 */
export function readDatastoreSettings(keys: IpamKeys): DatastoreSettings {
  const kubeconfig = keys.kubernetes?.kubeconfig
  const kind = keys.datastore ?? (kubeconfig === undefined ? 'file' : 'kubernetes')
  if (kind === 'file') return { kind }
  if (kind === 'etcd') return readEtcdSettings(keys)
  if (kubeconfig !== undefined)
    return { kind, kubeconfig: absolutePath(kubeconfig, kubeconfigPath) }
  throw new ConfigError(kubeconfigPath, 'the path of a kubeconfig file', 'nothing')
}

const kubeconfigPath = ['ipam', 'kubernetes', 'kubeconfig']

function readEtcdSettings(keys: IpamKeys): EtcdSettings {
  const { etcd_ca_cert_file: authorities, etcd_username: name, etcd_password: password } = keys
  const identityFiles = readIdentityFiles(keys)
  const scheme = authorities === undefined && identityFiles === undefined ? 'http' : 'https'
  if (name === undefined && password !== undefined) {
    throw new ConfigError(['ipam', 'etcd_username'], 'the name that the password is for', 'nothing')
  }
  return {
    kind: 'etcd',
    endpoints: readEndpoints(keys.etcd_host, scheme),
    ...(name !== undefined && { user: { name, password: password ?? '' } }),
    ...(authorities !== undefined && {
      authoritiesFile: absolutePath(authorities, ['ipam', 'etcd_ca_cert_file']),
    }),
    ...(identityFiles && { identityFiles }),
  }
}

function readIdentityFiles({ etcd_cert_file: certificate, etcd_key_file: key }: IpamKeys) {
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined || key === undefined) {
    const missing = key === undefined ? 'etcd_key_file' : 'etcd_cert_file'
    throw new ConfigError(['ipam', missing], 'the other file of the pair', 'nothing')
  }
  return {
    certificate: absolutePath(certificate, ['ipam', 'etcd_cert_file']),
    key: absolutePath(key, ['ipam', 'etcd_key_file']),
  }
}

const endpointPattern = /^(https?):\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?\/?$/
const usualPort = 2379

/** `etcd_host`: one or several, with commas between them. */
function readEndpoints(host: string | undefined, scheme: 'http' | 'https'): readonly string[] {
  const path = ['ipam', 'etcd_host']
  const expected = 'endpoints such as https://10.0.0.1:2379,https://10.0.0.2:2379'
  if (host === undefined) throw new ConfigError(path, expected, 'nothing')
  return host.split(',').map((item) => {
    const text = item.trim()
    const whole = text.includes('://') ? text : `${scheme}://${text}`
    if (!endpointPattern.test(whole)) throw new ConfigError(path, expected, describeFound(host))
    const origin = whole.replace(/\/$/, '')
    return /:[0-9]+$/.test(origin) ? origin : `${origin}:${usualPort}`
  })
}
