import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { type Outcome, run, succeed } from '#test/lab/command.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import { npmNetlink } from '#test/lab/npm-netlink.ts'
import { allTypes, folderOfType } from '#test/lab/plugin-types.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Tarball {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** Packs the package in a folder into `destination`. */
async function pack(source: string, destination: string): Promise<Tarball> {
  const options = ['--json', '--ignore-scripts', '--pack-destination', destination]
  const { stdout } = succeed(await run(['npm', 'pack', source, ...options]))
  const [tarball] = JSON.parse(stdout)
  return tarball
}

/** Headers that came with Node.js; without them node-gyp would download some. */
function nodeHeaders(): Record<string, string> {
  const prefix = dirname(dirname(process.execPath))
  const isThere = existsSync(join(prefix, 'include/node/node_api.h'))
  return isThere ? { npm_config_nodedir: prefix } : {}
}

/** Compiling the addon takes half a minute where nobody else is busy. */
const installingMs = 600_000

/** A new project of a user's with the package and what it depends on, installed offline. */
async function install(lab: Lab): Promise<string> {
  const project = lab.folder
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const sources = ['.', ...Object.keys(dependencies).map((name) => `./node_modules/${name}`)]
  const tarballs: [string, string][] = []
  for (const source of sources) {
    const { name } = JSON.parse(readFileSync(join(root, source, 'package.json'), 'utf8'))
    tarballs.push([name, `file:${(await pack(join(root, source), project)).filename}`])
  }
  const manifest = { private: true, type: 'module', dependencies: Object.fromEntries(tarballs) }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  cpSync(join(root, 'test/package/project'), project, { recursive: true })
  const options = ['--offline', '--no-audit', '--no-fund', '--cache', join(project, 'cache')]
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: project,
    JOBS: 'max',
    ...nodeHeaders(),
  }
  const limits = { environment, deadlineMs: installingMs }
  succeed(await run(['npm', '--prefix', project, 'install', ...options], limits))
  return project
}

function compile(project: string): Promise<Outcome> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const typeRoots = join(root, 'node_modules/@types')
  return run([process.execPath, tsc, '--project', project, '--typeRoots', typeRoots])
}

test('the tarball holds what an installation needs and nothing else', async ({ lab }) => {
  const { files } = await pack(root, lab.folder)
  const paths = files.map(({ path }) => path)
  expect(paths).toEqual(
    expect.arrayContaining([
      'package.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'binding.gyp',
      'dist/library.js',
      'dist/types/src/entry-library.d.ts',
      ...allTypes.map((type) => `dist/${folderOfType(type)}/${type}.js`),
      'native/binding/addon.cc',
      'native/core/link.cc',
    ]),
  )
  const expected = [
    /^(package\.json|binding\.gyp|LICENSE|(README|CHANGELOG)\.md)$/,
    /^dist\/.+\.(js|js\.map|d\.ts)$/,
    // Of what is bundled.
    /^dist\/LICENSE-yaml$/,
    /^native\/(core|binding)\/[^/]+\.(cc|h)$/,
  ]
  const unexpected = paths.filter((path) => !expected.some((pattern) => pattern.test(path)))
  expect(unexpected).toEqual([])
})

test('an ESM TypeScript project uses the installed package', { timeout: 2 * installingMs }, async ({
  lab,
}) => {
  const project = await install(lab)
  succeed(await compile(project))
  const blue = lab.namespace('blue')
  const red = lab.namespace('red')
  const { stdout } = succeed(
    await run([process.execPath, join(project, 'main.js'), blue.path, red.path]),
  )
  const seen = JSON.parse(stdout)
  expect(seen).toMatchObject({ far: 'cable0', failure: 'EEXIST' })
  expect(red.linkNames()).toEqual(['cable0'])
  expect(seen).toMatchObject(throughIproute2(blue))
  expect(seen).toMatchObject(throughNpmNetlink(blue))
})

function throughIproute2(space: LabNamespace): object {
  const links = space.links()
  const cable = links.find(({ ifname }) => ifname === 'cable0')?.ifindex
  const indexOf = (name = ''): number | undefined =>
    links.find(({ ifname }) => ifname === name)?.ifindex
  expect(space.addressTexts('cable0')).toEqual(['10.1.2.3/24'])
  return {
    links: links.map(({ ifindex, ifname, mtu, address, flags }) => ({
      index: ifindex,
      name: ifname,
      mtu,
      mac: address,
      isUp: flags.includes('UP'),
    })),
    addresses: expect.arrayContaining([{ link: cable, prefix: '10.1.2.3/24' }]),
    routes: space.routes(4).map(({ dst, gateway, dev, metrics }) => ({
      destination: dst,
      ...(gateway === undefined ? {} : { gateway }),
      link: indexOf(dev),
      ...(metrics?.[0]?.mtu === undefined ? {} : { mtu: metrics[0].mtu }),
    })),
  }
}

function throughNpmNetlink(space: LabNamespace): object {
  const { links, addresses, routes } = npmNetlink(space)
  const isIpv4 = (text: string): boolean => text.includes('.')
  return {
    links,
    addresses: addresses.filter(({ prefix }) => isIpv4(prefix)),
    routes: routes
      .filter(({ destination, table }) => isIpv4(destination) && table === 254)
      .map(({ destination, gateway, link, mtu }) => ({
        destination,
        ...(gateway === undefined ? {} : { gateway }),
        link,
        ...(mtu === undefined ? {} : { mtu }),
      })),
  }
}
