/**
 * Three ways to speak to the kernel that do the same: this package, npm `netlink`, `ip` as a process.
 *
 * Each has `list`, which reads of every link its index, name, MTU, state, hardware address and kind;
 * `create`, which creates a veth pair and gives one end an address; `remove`, which removes the pair;
 * and `cycle`, which does both.
 */

import { spawnSync } from 'node:child_process'
import netlink from 'netlink'
import { openKernel, parseIpPrefix } from 'netwright'

const pair = { name: 'bench0', peer: 'bench1' }
const prefix = '10.1.2.3/24'

export function netwrightSubject() {
  const space = openKernel().currentNamespace()
  const create = () => {
    const { name, peer } = pair
    const { index } = space.createLink({ kind: 'veth', name, peer: { name: peer } })
    space.addAddress({ link: index, prefix: parseIpPrefix(prefix) })
    return index
  }
  return {
    name: 'netwright',
    list: () =>
      space
        .listLinks()
        .map(({ index, name, mtu, isUp, mac, kind }) => ({ index, name, mtu, isUp, mac, kind })),
    create,
    remove: () => space.removeLink(pair.name),
    cycle: () => space.removeLink(create()),
  }
}

// <linux/if_link.h>, <linux/if_addr.h>, <linux/veth.h>: what npm netlink leaves to its user.
const IFLA_IFNAME = 3
const IFLA_INFO_KIND = 1
const IFLA_INFO_DATA = 2
const VETH_INFO_PEER = 1
const RTEXT_FILTER_SKIP_STATS = 8
const AF_INET = 2
const ifinfomsg = Buffer.alloc(16)

function u32(number) {
  return Buffer.from(new Uint32Array([number]).buffer)
}

function attribute(type, payload) {
  const header = Buffer.from(new Uint16Array([4 + payload.length, type]).buffer)
  return Buffer.concat([header, payload, Buffer.alloc(-payload.length & 3)])
}

/** The kind in an IFLA_LINKINFO, where the kernel puts it first. */
function kindIn(linkinfo) {
  if (linkinfo === undefined) return undefined
  const [length] = new Uint16Array(linkinfo.buffer, linkinfo.byteOffset, 1)
  return linkinfo.toString('latin1', 4, length - 1)
}

function rowOf({ data, attrs }) {
  return {
    index: data.index,
    name: attrs.ifname,
    mtu: attrs.mtu,
    isUp: data.flags.up === true,
    mac: attrs.address.toString('hex').replace(/..\B/g, '$&:'),
    kind: kindIn(attrs.linkinfo),
  }
}

export function npmNetlinkSubject() {
  const socket = netlink.createRtNetlink()
  const peer = Buffer.concat([ifinfomsg, attribute(IFLA_IFNAME, Buffer.from(`${pair.peer}\0`))])
  const linkinfo = Buffer.concat([
    attribute(IFLA_INFO_KIND, Buffer.from('veth')),
    attribute(IFLA_INFO_DATA, attribute(VETH_INFO_PEER, peer)),
  ])
  const [text, length] = prefix.split('/')
  const local = Buffer.from(text.split('.').map(Number))
  const flags = netlink.FlagsNew.CREATE | netlink.FlagsNew.EXCL
  const create = async () => {
    await socket.newLink({}, { ifname: pair.name, linkinfo }, { flags })
    const [{ data }] = await socket.getLink({}, { ifname: pair.name })
    const address = { family: AF_INET, prefixlen: Number(length), index: data.index }
    await socket.newAddress(address, { local, address: local }, { flags })
    return data.index
  }
  return {
    name: 'npm netlink',
    list: async () =>
      (await socket.getLinks({}, { extMask: u32(RTEXT_FILTER_SKIP_STATS) })).map(rowOf),
    create,
    remove: () => socket.delLink({}, { ifname: pair.name }),
    cycle: async () => socket.delLink({ index: await create() }),
  }
}

function ip(parameters, input) {
  const done = spawnSync('ip', parameters, { input, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (done.status !== 0) throw new Error(`ip ${parameters.join(' ')}: ${done.stderr}`)
  return done.stdout
}

export function ipSubject() {
  const creation = `link add ${pair.name} type veth peer name ${pair.peer}
    address add ${prefix} dev ${pair.name}`
  const removal = `link delete ${pair.name}`
  return {
    name: 'ip',
    list: () =>
      JSON.parse(ip(['-json', '-details', 'link', 'show'])).map((link) => ({
        index: link.ifindex,
        name: link.ifname,
        mtu: link.mtu,
        isUp: link.flags.includes('UP'),
        mac: link.address,
        kind: link.linkinfo?.info_kind,
      })),
    create: () => ip(['-batch', '-'], creation),
    remove: () => ip(['-batch', '-'], removal),
    cycle: () => ip(['-batch', '-'], `${creation}\n${removal}`),
  }
}
