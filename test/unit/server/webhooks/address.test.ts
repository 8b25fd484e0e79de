import { describe, expect, test } from 'vitest'
import { createAddressRule } from '../../../../server/webhooks/address.ts'

const isAllowed = createAddressRule([])

describe('addresses that webhooks never go to', () => {
  test.each([
    ['this machine', ['127.0.0.1', '127.255.255.254', '::1', '[::1]']],
    ['nobody in particular', ['0.0.0.0', '0.1.2.3', '::']],
    ['private networks', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1']],
    ['the provider’s own NAT', ['100.64.0.1', '100.127.255.255', '100.100.100.200']],
    ['link-local, with the metadata of clouds', ['169.254.169.254', '169.254.0.1', 'fe80::1']],
    ['services behind every machine of a cloud', ['168.63.129.16', '192.0.0.192', 'fd00:ec2::254']],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
    ['reserved', ['240.0.0.1', '192.0.0.1', '192.88.99.1', '100::1', '4000::1', 'fec0::1']],
    ['documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.7', '2001:db8::1', '3fff::1']],
    ['benchmarks', ['198.18.0.1', '198.19.255.255', '2001:2::1']],
    ['unique-local', ['fc00::1', 'fd12:3456:789a::1']],
    ['IPv4 in the dress of IPv6', ['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::ffff:10.0.0.1']],
    ['the old dress', ['::127.0.0.1', '::7f00:1']],
    ['NAT64', ['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b::a00:1', '64:ff9b:1::1']],
    ['6to4 and Teredo', ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:0:53aa:64c::1']],
    ['a zone', ['fe80::1%eth0', '2606:4700::1%1']],
    ['no address at all', ['', 'localhost', '1.2.3', '0x7f.0.0.1', '2606:4700::1::2']],
  ])('%s', (_, addresses) => {
    for (const address of addresses) expect(isAllowed(address), address).toBe(false)
  })
})

describe('addresses of the public internet', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '168.63.129.17',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '[2a00:1450:4001:81b::200e]',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('are allowed: %s', (address) => expect(isAllowed(address)).toBe(true))
})

test('networks of the operator’s own are allowed, in every dress, and no others', () => {
  const own = createAddressRule(['10.8.0.0/16', 'fd00:7ea::/32', '127.0.0.1'])
  for (const address of ['10.8.0.1', '10.8.255.255', '::ffff:10.8.0.1', 'fd00:7ea::1']) {
    expect(own(address), address).toBe(true)
  }
  expect(own('127.0.0.1')).toBe(true)
  for (const address of ['10.9.0.1', '127.0.0.2', 'fd00:7eb::1', '::1', '169.254.169.254']) {
    expect(own(address), address).toBe(false)
  }
})
