/** Which datastore a configuration means, and how to get at it. */

export type DatastoreSettings = FileSettings | EtcdSettings | KubernetesSettings

export interface FileSettings {
  readonly kind: 'file'
}

export interface EtcdSettings {
  readonly kind: 'etcd'
  /** `https://10.0.0.1:2379`; tried in turn. */
  readonly endpoints: readonly string[]
  readonly user?: { readonly name: string; readonly password: string }
  /** The path of the certificates of the authorities to trust, in PEM. */
  readonly authoritiesFile?: string
  /** The paths of the certificate and of its key, in PEM. */
  readonly identityFiles?: { readonly certificate: string; readonly key: string }
}

export interface KubernetesSettings {
  readonly kind: 'kubernetes'
  /** The path of the kubeconfig file. */
  readonly kubeconfig: string
}
