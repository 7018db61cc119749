import { expect, test } from 'vitest'
import { parseResolvConf } from '#ipam/host-local/resolv-conf.ts'

test('reads name servers, domain, search list and options', () => {
  const text = [
    '# made by hand',
    '; another comment',
    'nameserver 10.0.0.53',
    '  nameserver\tfd00::53 # not part of it',
    'domain old.example',
    'domain example.org',
    'search a.example b.example',
    'search c.example',
    'options ndots:5 edns0',
    'options rotate',
    'sortlist 10.0.0.0',
  ].join('\n')
  expect(parseResolvConf(text)).toEqual({
    nameservers: ['10.0.0.53', 'fd00::53'],
    domain: 'example.org',
    search: ['a.example', 'b.example', 'c.example'],
    options: ['ndots:5', 'edns0', 'rotate'],
  })
})

test('passes over lines without a value', () => {
  expect(parseResolvConf('nameserver\ndomain \nsearch\noptions\n\n#nameserver 10.0.0.1')).toEqual({
    nameservers: [],
    search: [],
    options: [],
  })
})

test('reads files with carriage returns', () => {
  expect(parseResolvConf('nameserver 10.0.0.53\r\nsearch a\r\n')).toMatchObject({
    nameservers: ['10.0.0.53'],
    search: ['a'],
  })
})
