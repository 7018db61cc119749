import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import {
  addMasquerade,
  collectMasquerades,
  findMasqueradeBackend,
  type MasqueradeSite,
  removeMasquerade,
} from '#nft/masquerade.ts'
import {
  type HostInside,
  hostInside,
  type IptablesVariant,
  installIptables,
} from '#test/lab/host-inside.ts'
import { test as kernelTest } from '#test/lab/kernel.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import { nftRuleset, recordedRuleset, ruleComments } from '#test/lab/ruleset.ts'

const owner = { network: 'unit-test', containerId: 'one', ifName: 'eth0' }
const prefixes = (...texts: readonly string[]) => texts.map(parseIpPrefix)
const address = prefixes('10.1.2.3/24')
/** Those of the recorded ADD. */
const addresses = prefixes('10.1.2.3/24', '10.9.8.7/20', '2001:db8::5/64', '2001:db8:1::7/61')

interface MasqueradeFixtures {
  /** A machine without iptables, until `install` gives it some. */
  readonly site: MasqueradeSite & HostInside
  readonly install: (variant: IptablesVariant, names?: readonly string[]) => void
}

const test = kernelTest.extend<MasqueradeFixtures>({
  site: async ({ lab, witness, space }, use) => {
    await use({ space, ...hostInside(witness, lab.folder) })
  },
  install: async ({ lab }, use) => {
    await use((variant, names) => installIptables(lab.folder, variant, names))
  },
})

/** The owners in the comments of masq_checks. */
function owners(witness: LabNamespace): string[] {
  return ruleComments(witness, 'masq_checks').map((comment) => String(comment).slice(35))
}

test('nft lists the masquerading that it listed for the reference plugin', async ({
  site,
  witness,
}) => {
  expect(await findMasqueradeBackend(site)).toBe('nftables')
  await addMasquerade(site, owner, { addresses })
  expect(nftRuleset(witness)).toEqual(recordedRuleset('masquerade'))
  const text = witness.run('nft', 'list', 'ruleset')
  expect(text).toContain('comment "Masquerading for plugins from github.com/containernetworking')
  expect(text).toContain('comment "Masquerade traffic from certain IPs to any (non-multicast) IP')
})

test('masquerading again leaves the same rules, and repairs the base chain', async ({
  site,
  witness,
}) => {
  await addMasquerade(site, owner, { addresses: address })
  witness.run('nft', 'flush', 'chain', 'inet', 'cni_plugins_masquerade', 'postrouting')
  await addMasquerade(site, owner, { addresses })
  expect(nftRuleset(witness)).toEqual(recordedRuleset('masquerade'))
})

test('a base chain that is as it should be is not written again', async ({ site, space }) => {
  const handles = () => {
    const chain = { family: 'inet', table: 'cni_plugins_masquerade', chain: 'postrouting' } as const
    return space.listNftRules(chain).map(({ handle }) => handle)
  }
  await addMasquerade(site, owner, { addresses })
  const before = handles()
  await addMasquerade(site, { ...owner, containerId: 'two' }, { addresses })
  expect(handles()).toEqual(before)
  expect(before).toHaveLength(3)
})

test('of two owners of one address each takes away its own rule', async ({ site, witness }) => {
  for (const containerId of ['one', 'two']) {
    await addMasquerade(site, { ...owner, containerId }, { addresses: address })
  }
  await removeMasquerade(site, owner)
  expect(owners(witness)).toEqual(['net: unit-test, if: eth0, id: two'])
  await removeMasquerade(site, owner)
  expect(owners(witness)).toEqual(['net: unit-test, if: eth0, id: two'])
})

test('removal and collection make nothing where there is nothing', async ({ site, witness }) => {
  await removeMasquerade(site, owner)
  await collectMasquerades(site, 'unit-test', [])
  expect(nftRuleset(witness)).toEqual([])
})

test('masquerading that the kernel refuses leaves the rules as they were', async ({
  site,
  witness,
}) => {
  // A chain of this name that no packet comes through.
  witness.run('nft', 'add table inet cni_plugins_masquerade')
  witness.run('nft', 'add chain inet cni_plugins_masquerade postrouting')
  const before = nftRuleset(witness)
  await expect(addMasquerade(site, owner, { addresses })).rejects.toThrow('postrouting')
  expect(nftRuleset(witness)).toEqual(before)
})

test('nft lists no rules of attachments that a collection was not told of', async ({
  site,
  witness,
}) => {
  const stale = [
    { ...owner, ifName: 'eth1' },
    { ...owner, containerId: 'two' },
  ]
  const kept = [owner, { ...owner, network: 'other' }]
  for (const each of [...stale, ...kept]) await addMasquerade(site, each, { addresses: address })
  await collectMasquerades(site, 'unit-test', [{ containerId: 'one', ifName: 'eth0' }])
  expect(owners(witness)).toEqual([
    'net: unit-test, if: eth0, id: one',
    'net: other, if: eth0, id: one',
  ])
})

const bothFamilies = prefixes('10.1.2.3/24', '2001:db8::5/64')
const chain = 'CNI-9980bf65f61617e91ffcb025'

/** `iptables -t nat -S` of a namespace. */
function listed(witness: LabNamespace, folder: string, name = 'iptables'): string {
  return witness.run(`${folder}/${name}`, '-t', 'nat', '-S')
}

function recordedListing(name: string): string {
  return readFileSync(`test/fixtures/nft/${name}.txt`, 'utf8')
}

test.for<IptablesVariant>(['nft', 'legacy'])(
  'iptables-%s lists what it listed for the reference plugin',
  async (variant, { lab, witness, site, install }) => {
    install(variant)
    expect(await findMasqueradeBackend(site)).toBe('iptables')
    const request = { addresses: bothFamilies, backend: 'iptables' } as const
    await addMasquerade(site, owner, request)
    expect(site.runs.filter((path) => path.endsWith('-restore'))).toHaveLength(2)
    await addMasquerade(site, owner, request)
    for (const name of ['iptables', 'ip6tables']) {
      expect(listed(witness, lab.folder, name)).toBe(recordedListing(name))
    }
  },
)

test.for<IptablesVariant>(['nft', 'legacy'])(
  'what iptables-%s lists after removal is nothing of ours',
  async (variant, { lab, witness, site, install }) => {
    install(variant)
    await addMasquerade(site, owner, { addresses: bothFamilies, backend: 'iptables' })
    // As versions of the reference before 0.7 added it.
    const older = ['-s', '10.1.2.0/24', '-j', chain]
    witness.run(`${lab.folder}/iptables`, '-t', 'nat', '-A', 'POSTROUTING', ...older)
    witness.run(`${lab.folder}/iptables`, '-t', 'nat', '-A', 'POSTROUTING', '-j', 'ACCEPT')
    await removeMasquerade(site, owner)
    expect(listed(witness, lab.folder).split('\n').slice(4, -1)).toEqual([
      '-A POSTROUTING -j ACCEPT',
    ])
    expect(listed(witness, lab.folder, 'ip6tables')).not.toContain('CNI-')
    await removeMasquerade(site, owner)
  },
)

test('removal of what iptables-nft was told runs no program', async ({ site, install }) => {
  install('nft')
  await addMasquerade(site, owner, { addresses: bothFamilies, backend: 'iptables' })
  const before = site.runs.length
  await removeMasquerade(site, owner)
  expect(site.runs).toHaveLength(before)
})

test.for<IptablesVariant>(['nft', 'legacy'])(
  'iptables-%s without its other family leaves nothing',
  async (variant, { lab, witness, site, install }) => {
    install(variant, ['iptables'])
    const added = addMasquerade(site, owner, { addresses: bothFamilies, backend: 'iptables' })
    await expect(added).rejects.toThrow('find ip6tables-restore in PATH: ENOENT')
    expect(listed(witness, lab.folder)).not.toContain('CNI-')
  },
)

test('what iptables refuses is told in its words, and leaves nothing', async ({
  install,
  witness,
  site,
}) => {
  install('nft')
  // A chain of this name that no packet comes through.
  witness.run('nft', 'add table ip nat; add chain ip nat POSTROUTING')
  const before = nftRuleset(witness)
  const request = { addresses: bothFamilies, backend: 'iptables' } as const
  await expect(addMasquerade(site, owner, request)).rejects.toThrow(
    /^run .*\/iptables-restore --noflush --wait: exit status \d: .*POSTROUTING/s,
  )
  expect(nftRuleset(witness)).toEqual(before)
})

test.for<IptablesVariant>(['nft', 'legacy'])(
  'iptables-%s adds nothing again for a container whose name is too long for a comment',
  async (variant, { lab, witness, site, install }) => {
    install(variant)
    const long = { ...owner, containerId: 'f'.repeat(300) }
    const request = { addresses: bothFamilies, backend: 'iptables' } as const
    await addMasquerade(site, long, request)
    const before = listed(witness, lab.folder)
    await addMasquerade(site, long, request)
    expect(listed(witness, lab.folder)).toBe(before)
    await removeMasquerade(site, long)
    expect(listed(witness, lab.folder)).not.toContain('CNI-')
  },
)

test.for<IptablesVariant>(['nft', 'legacy'])(
  'chains of iptables-%s whose container a collection was not told of go',
  async (variant, { lab, witness, site, install }) => {
    install(variant)
    const add = (containerId: string, network = 'unit-test') =>
      addMasquerade(
        site,
        { ...owner, containerId, network },
        { addresses: bothFamilies, backend: 'iptables' },
      )
    await add('two')
    await add('two', 'other')
    await add('one')
    await collectMasquerades(site, 'unit-test', [{ containerId: 'one', ifName: 'eth0' }])
    const chains = listed(witness, lab.folder).match(/^-N .*/gm)
    expect(chains).toHaveLength(2)
    expect(chains).toContain(`-N ${chain}`)
    await collectMasquerades(site, 'other', [])
    expect(listed(witness, lab.folder)).toBe(recordedListing('iptables'))
    expect(listed(witness, lab.folder, 'ip6tables')).toBe(recordedListing('ip6tables'))
  },
)
