/**
 * A user's program: joins two namespaces by a cable and prints what it reads back, as JSON.
 *
 * usage: main PATH PATH
 */

import {
  isSystemError,
  type Link,
  type Namespace,
  openKernel,
  parseIpAddress,
  parseIpPrefix,
} from 'netwright'

const [bluePath = '', redPath = ''] = process.argv.slice(2)
const kernel = openKernel()
using blue: Namespace = kernel.openNamespace(bluePath)
using red: Namespace = kernel.openNamespace(redPath)

const near: Link = blue.createLink({
  kind: 'veth',
  name: 'cable0',
  mtu: 1400,
  isUp: true,
  peer: { name: 'cable0', namespace: red },
})
red.changeLink('cable0', { isUp: true })
blue.addAddress({ link: near.index, prefix: parseIpPrefix('10.1.2.3/24') })
blue.addRoute({
  destination: parseIpPrefix('10.9.0.0/16'),
  gateway: parseIpAddress('10.1.2.1'),
  link: near.index,
  mtu: 1300,
})

function codeOfFailure(): string {
  try {
    return blue.createLink({ kind: 'bridge', name: 'cable0' }).name
  } catch (error) {
    return isSystemError(error) ? error.code : String(error)
  }
}

const seen = {
  links: blue.listLinks().map(({ index, name, mtu, mac, isUp }) => ({
    index,
    name,
    mtu,
    mac,
    isUp,
  })),
  addresses: blue.listAddresses({ family: 4 }).map(({ link, prefix }) => ({
    link,
    prefix: prefix.toString(),
  })),
  routes: blue.listRoutes({ family: 4, table: 254 }).map((route) => ({
    destination: route.destination.toString(),
    gateway: route.gateway?.toString(),
    link: route.link,
    mtu: route.mtu,
  })),
  far: red.link('cable0').name,
  failure: codeOfFailure(),
}
process.stdout.write(JSON.stringify(seen))
