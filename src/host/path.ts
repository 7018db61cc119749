/** Paths as text. */

/** The last part of a path: `macvlan` of `/opt/cni/bin/macvlan`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The folder a path is in: `/a` of `/a/b` and of `/a/b/`, `/` of `/a`, `.` of `a`. */
export function folderOf(path: string): string {
  let last = path.length - 1
  while (last >= 0 && path[last] === '/') last -= 1
  const end = path.lastIndexOf('/', last)
  return end < 0 ? '.' : path.slice(0, end) || '/'
}
