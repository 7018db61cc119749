/** Holding contenders to the same job: what is compared must do the same. */

import { deepStrictEqual } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attached } from './checks.ts'
import type { Contender } from './contenders.ts'
import { ifName, type Site } from './site.ts'
import { ipJson, witnessedLink } from './witnesses.ts'

/**
 * Makes a contender's first ADD and its DEL, and asks others and the files what came of them.
 *
 * @throws AssertionError when that is not a link with its address, or when something is left
 */
export function verify(site: Site, contender: Contender): void {
  const { interfaces, ips } = JSON.parse(site.answer(site.call(contender, 'ADD')))
  const attached = { ...site.place(contender), interfaces }
  checkAttachment(site, contender, attached)
  const { network } = attached
  const index = interfaces.length - 1
  deepStrictEqual(ips, [{ address: `${network}.2/24`, gateway: `${network}.1`, interface: index }])
  site.scene.checkAdded(attached)

  site.answer(site.call(contender, 'DEL'))
  const links = ipJson(attached.pod, ['link', 'show'])
  deepStrictEqual(links.length, 1, `${contender.name} leaves its link`)
  const isLeft = existsSync(join(site.folder(contender), `${network}.2`))
  deepStrictEqual(isLeft, false, `${contender.name} leaves its address`)
  site.scene.checkRemoved(attached)
}

/** The link in the pod, the files of its address, and the last interface of the result. */
function checkAttachment(site: Site, contender: Contender, attached: Attached): void {
  const { pod, network, interfaces } = attached
  const { mac, isUp, addresses } = witnessedLink(pod, ifName)
  const read = (name: string) => readFileSync(join(site.folder(contender), name), 'utf8')
  const owner = read(`${network}.2`)
  const last = read('last_reserved_ip.0')
  deepStrictEqual(
    { isUp, addresses, owner, last },
    {
      isUp: true,
      addresses: [`${network}.2/24 brd ${network}.255`],
      owner: `container-0\r\n${ifName}`,
      last: `${network}.2`,
    },
  )
  deepStrictEqual(interfaces.at(-1), { name: ifName, mac, sandbox: `/run/netns/${pod}` })
}
