/** What the executable says of itself when it is called by its own name. */

import { buildVersion } from '#cni/build-version.ts'
import { supportedVersions } from '#cni/version.ts'

/** The plugins inside, by kind. */
export interface Inventory {
  readonly plugins: readonly string[]
  readonly ipam: readonly string[]
}

/** For `netwright --version`. */
export function describeVersion({ plugins, ipam }: Inventory): string {
  return `netwright ${buildVersion}
CNI ${supportedVersions.join(', ')}
plugins: ${plugins.join(', ')}
IPAM plugins: ${ipam.join(', ')}
`
}

/** For `netwright --help`. */
export function describeUsage(inventory: Inventory): string {
  const [example] = inventory.plugins
  return `usage: <plugin>            as a link to this file, with CNI_COMMAND and a configuration on standard input
       netwright <plugin>  the same, without a link
       netwright leases    the leases of the DHCP daemon, dhcp daemon
       netwright whereabouts-controller  what keeps whereabouts' addresses in order; -help
       netwright --version
       netwright --help

Each plugin is this file under another name. To install one:
  ln netwright /opt/cni/bin/${example}

${describeVersion(inventory)}`
}
