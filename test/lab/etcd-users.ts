/** Users of an etcd. */

import { type EtcdctlAccess, etcdctl } from './etcd-server.ts'

/** Who may do everything. */
export const rootUser = 'root:of all'

/** Has etcd ask who somebody is, and know nobody but root. */
export function enableUsers(access: EtcdctlAccess): void {
  etcdctl(access, 'user', 'add', rootUser)
  etcdctl(access, 'role', 'add', 'root')
  etcdctl(access, 'user', 'grant-role', 'root', 'root')
  etcdctl(access, 'auth', 'enable')
}

/** Adds a user who may read and write the keys with a prefix. */
export function addUser(
  access: EtcdctlAccess,
  { name, password }: { readonly name: string; readonly password: string },
  prefix: string,
): void {
  const asRoot = { ...access, user: rootUser }
  etcdctl(asRoot, 'user', 'add', `${name}:${password}`)
  etcdctl(asRoot, 'role', 'add', name)
  etcdctl(asRoot, 'role', 'grant-permission', name, '--prefix=true', 'readwrite', prefix)
  etcdctl(asRoot, 'user', 'grant-role', name, name)
}
