/** The files that operators install, as far as they can be judged without an operator's machine. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../deploy/dhcp/', import.meta.url))
const socketPath = '/run/cni/dhcp.sock'
const program = '/opt/cni/bin/dhcp'
const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

/** The values of each key of a systemd unit, by `Section.Key`. */
function readUnit(name: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>()
  let section = ''
  for (const line of readFileSync(`${folder}${name}`, 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [, title, key, value = ''] = /^\[(\w+)\]$|^(\w+)=(.*)$/.exec(line) ?? []
    expect(title ?? key, `${name}: ${line}`).toBeDefined()
    section = title ?? section
    const path = `${section}.${key}`
    if (key !== undefined) values.set(path, [...(values.get(path) ?? []), value])
  }
  return values
}

function readYaml(name: string): unknown {
  const read = 'import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)'
  const text = execFileSync('/usr/bin/python3', ['-c', read, `${folder}${name}`], {
    encoding: 'utf8',
  })
  return JSON.parse(text)
}

test('the units take the places of those that are published', () => {
  const socket = readUnit('netwright-dhcp.socket')
  expect(socket.get('Socket.ListenStream')).toEqual([socketPath])
  expect(socket.get('Socket.SocketMode')).toEqual(['0600'])
  expect(socket.get('Install.Alias')).toEqual(['cni-dhcp.socket'])
  const service = readUnit('netwright-dhcp.service')
  expect(service.get('Service.ExecStart')).toEqual([`${program} daemon`])
  expect(service.get('Unit.Requires')).toEqual(['netwright-dhcp.socket'])
  expect(service.get('Install.Alias')).toEqual(['cni-dhcp.service'])
})

test('the service may do what leases in other namespaces need', () => {
  const service = readUnit('netwright-dhcp.service')
  expect(service.get('Service.RestrictNamespaces')).toEqual(['net'])
  const [capabilities = ''] = service.get('Service.CapabilityBoundingSet') ?? []
  expect(capabilities.split(' ')).toEqual(
    expect.arrayContaining(['CAP_NET_ADMIN', 'CAP_NET_RAW', 'CAP_SYS_ADMIN']),
  )
  const [families = ''] = service.get('Service.RestrictAddressFamilies') ?? []
  expect(families.split(' ')).toEqual(
    expect.arrayContaining(['AF_UNIX', 'AF_NETLINK', 'AF_PACKET']),
  )
  // It would see none of the namespaces that are made after it was started.
  expect(service.get('Service.MountFlags')).toEqual(['slave'])
})

test('the DaemonSet runs the daemon of this version on the socket of the host', () => {
  const labels = { 'app.kubernetes.io/name': 'netwright-dhcp' }
  const mount = (name: string, mountPath: string, more = {}) => ({ name, mountPath, ...more })
  const mountPropagation = 'HostToContainer'
  expect(readYaml('daemonset.yaml')).toMatchObject({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          hostPID: true,
          containers: [
            {
              image: `netwright-dhcp:${version}`,
              command: [program, 'daemon'],
              securityContext: { privileged: true },
              volumeMounts: [
                mount('cni', '/run/cni'),
                mount('netns', '/run/netns', { mountPropagation }),
                mount('netns', '/var/run/netns', { mountPropagation }),
              ],
            },
          ],
          volumes: [
            { name: 'cni', hostPath: { path: '/run/cni', type: 'DirectoryOrCreate' } },
            { name: 'netns', hostPath: { path: '/run/netns', type: 'DirectoryOrCreate' } },
          ],
        },
      },
    },
  })
})

test('the image has the executable where the DaemonSet runs it', () => {
  const lines = readFileSync(`${folder}Containerfile`, 'utf8').split('\n')
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'FROM scratch',
    `COPY dist/bin/netwright ${program}`,
    `ENTRYPOINT ["${program}", "daemon"]`,
  ])
  expect(lines.join('\n')).toContain(`netwright-dhcp:${version}`)
  expect(readFileSync(`${folder}README.md`, 'utf8')).toContain(`netwright-dhcp:${version}`)
})
