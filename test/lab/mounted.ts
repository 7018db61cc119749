/** Showing a program another folder in the place of one. */

/**
 * The command line that runs a program which finds `source` at `target`; to put in front of its own. Nobody
 * else sees it.
 */
export function mounted(source: string, target: string): readonly string[] {
  return [
    'unshare',
    '--mount',
    'sh',
    '-ec',
    'mount --bind "$0" "$1"; shift; exec "$@"',
    source,
    target,
  ]
}
