/** Paths as text. */

/** The last part of a path: `macvlan` of `/opt/cni/bin/macvlan`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The folder a path is in: `/a` of `/a/b` and of `/a/b/`, `/` of `/a`, `.` of `a`. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/', lastCharacter(path))
  if (end < 0) return '.'
  return path.slice(0, lastCharacter(path.slice(0, end)) + 1) || '/'
}

/** Where the last character is that is no slash: -1 when there is none. */
function lastCharacter(path: string): number {
  let position = path.length - 1
  while (position >= 0 && path[position] === '/') position -= 1
  return position
}
