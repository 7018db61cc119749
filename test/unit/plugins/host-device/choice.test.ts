import { describe, expect, test } from 'vitest'
import { parseMac } from '#ip/mac.ts'
import { chooseDevice } from '#plugins/host-device/choice.ts'
import { Sysfs } from '#plugins/host-device/sysfs.ts'
import { FakeClock } from '#test/lab/fake-clock.ts'
import { FakeFiles } from '#test/lab/fake-files.ts'

const root = '/made-up'
const pciId = '0000:00:03.0'
const pciFolder = `/sys/bus/pci/devices/${pciId}`
const auxiliaryId = 'mlx5_core.sf.4'
const auxiliaryFolder = `/sys/bus/auxiliary/devices/${auxiliaryId}`

/** A tree with these folders, which end in a slash, and symbolic links. */
function tree(folders: readonly string[], links: Readonly<Record<string, string>> = {}): Sysfs {
  const files = new FakeFiles(new FakeClock())
  const real = (path: string) => path.replace('/sys', root)
  for (const folder of folders) void files.ensureDirectory(real(folder), 0o755)
  for (const [path, target] of Object.entries(links)) files.putLink(real(path), target)
  return new Sysfs(files, root)
}

const drivenBy = (driver: string) => ({
  [`${pciFolder}/driver`]: `../../../bus/pci/drivers/${driver}`,
})

describe('the device is told', () => {
  const mac = parseMac('02:00:00:00:00:01')
  const kernelPath = '/sys/devices/a'
  const byName = { key: ['device'], by: 'name', value: 'ens8' }
  const byMac = { key: ['hwaddr'], by: 'mac', value: mac }
  const byPath = { key: ['kernelpath'], by: 'folder', value: kernelPath }
  const byPci = { key: ['pciBusID'], by: 'folder', value: pciFolder, pciId }
  const everything = { device: 'ens8', mac, kernelPath, pciBusId: pciId }
  test.each([
    [everything, { ...byName, pciId }],
    [
      { ...everything, device: undefined },
      { ...byMac, pciId },
    ],
    [
      { kernelPath, pciBusId: pciId },
      { ...byPath, pciId },
    ],
    [{ pciBusId: pciId }, byPci],
  ])('by the first of its keys: %j', async (selection, expected) => {
    const given = Object.entries(selection).filter(([, value]) => value !== undefined)
    const choice = await chooseDevice(tree([pciFolder]), Object.fromEntries(given))
    expect(choice).toEqual({ ...expected, isOfProgram: false })
  })

  test('by the runtime: a PCI device, or else an auxiliary one', async () => {
    const key = ['runtimeConfig', 'deviceID']
    const both = tree([pciFolder, auxiliaryFolder])
    const pci = { key, by: 'folder', value: pciFolder, pciId, isOfProgram: false }
    expect(await chooseDevice(both, { deviceId: pciId, pciBusId: '0000:09:00.0' })).toEqual(pci)
    const auxiliary = { key, by: 'folder', value: auxiliaryFolder, isOfProgram: false }
    expect(await chooseDevice(both, { deviceId: auxiliaryId, pciBusId: pciId })).toEqual(auxiliary)
    await expect(chooseDevice(both, { deviceId: 'nobody' })).rejects.toThrow(
      'runtimeConfig.deviceID: expected the id of a PCI or an auxiliary device, found "nobody"',
    )
  })
})

describe('a program drives the device', () => {
  test.each([
    ['vfio-pci', true],
    ['uio_pci_generic', true],
    ['igb_uio', true],
    ['virtio-pci', false],
    ['vfio', false],
  ])('with the driver %s: %s', async (driver, isOfProgram) => {
    const sysfs = tree([pciFolder], drivenBy(driver))
    for (const selection of [{ pciBusId: pciId }, { deviceId: pciId }]) {
      expect(await chooseDevice(sysfs, selection)).toMatchObject({ isOfProgram, pciId })
    }
    // Nothing says that this device is the one with the name.
    expect(await chooseDevice(sysfs, { device: 'a' })).toMatchObject({ isOfProgram: false })
    expect(await chooseDevice(sysfs, { device: 'a', deviceId: pciId })).toMatchObject({
      by: 'name',
      isOfProgram,
    })
  })

  test('not without a driver', async () => {
    expect(await chooseDevice(tree([pciFolder]), { pciBusId: pciId })).toMatchObject({
      isOfProgram: false,
    })
  })
})

describe('the link of a device', () => {
  test.each([
    ['is in its folder net', ['net/ens8'], 'ens8'],
    ['is the first of several', ['net/ens9', 'net/ens10', 'net/ens8'], 'ens10'],
    ['of virtio is further down', ['msi_irqs/1', 'virtio0/net/eth1'], 'eth1'],
    ['of virtio is that of the first that has one', ['virtio0/a', 'virtio1/net/b'], 'b'],
    ['is not to be found where there is none', ['net', 'virtio0/net', 'other/net/c'], undefined],
    ['is not to be found where there is no device', [], undefined],
  ])('%s', async (_, folders, name) => {
    const sysfs = tree(folders.map((folder) => `${pciFolder}/${folder}`))
    expect(await sysfs.findLinkName(pciFolder)).toBe(name)
  })
})
