import { expect, test } from 'vitest'
import { FlagError } from '#base/flags.ts'
import { readFlags } from '#ipam/whereabouts/controller/flags.ts'

test('without flags it looks after the cluster that it is in', () => {
  expect(readFlags([])).toEqual({
    kubeconfig: '',
    etcd: '',
    metrics: { address: '127.0.0.1', port: 9654 },
    isOfNode: false,
    dataDir: '/var/lib/cni/whereabouts',
    installed: '',
    keptKubeconfig: '',
    graceMs: 30_000,
    resyncMs: 600_000,
  })
})

test.each([
  ['[::1]:9', { address: '::1', port: 9 }],
  ['[10.0.0.1]:9', { address: '10.0.0.1', port: 9 }],
  [':9100', { address: '::', port: 9100 }],
  ['0.0.0.0:0', { address: '0.0.0.0', port: 0 }],
  ['', undefined],
])('metrics are at %j', (text, metrics) => {
  expect(readFlags([`-metrics=${text}`]).metrics).toEqual(metrics)
})

test.each([
  ['-metrics', 'localhost:9'],
  ['-metrics', '127.0.0.1'],
  ['-metrics', '127.0.0.1:70000'],
  ['-grace', '30'],
  ['-resync', '0s'],
  ['-kubeconfig', 'relative'],
  ['-write-kubeconfig', '/without/node'],
  ['-install', '/without/node'],
  ['-unknown', 'x'],
])('%s %s is refused', (...words) => {
  expect(() => readFlags(words)).toThrow(FlagError)
})
