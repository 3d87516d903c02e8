import { describe, expect, it } from 'vitest'
import { addressBlock } from '../../src/util/address-block.js'

describe('addressBlock', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['::ffff:c000:0207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:c000:207', '192.0.2.7'],
    ['0000:0000:0000:0000:0000:ffff:192.0.2.7', '192.0.2.7'],
  ])('T06 %s is the IPv4 address %s', (address, block) => {
    expect(addressBlock(address)).toBe(block)
  })

  it.each([
    '2001:db8:0:1::',
    '2001:db8:0:1::1',
    '2001:0db8:0000:0001:0000:0000:0000:0001',
    '2001:DB8:0:1:ffff:ffff:ffff:ffff',
    '2001:db8:0:1:0:0:192.0.2.7',
    '2001:db8::1:0:0:0:1',
    '2001:db8:0:1::1%eth0',
  ])('T06 %s belongs to the one block of its first 64 bits', (address) => {
    expect(addressBlock(address)).toBe('2001:db8:0:1::/64')
  })

  it.each([
    ['::', '0:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['fe80::1%lo', 'fe80:0:0:0::/64'],
    ['::fffe:192.0.2.7', '0:0:0:0::/64'],
  ])('T06 %s reads as %s', (address, block) => {
    expect(addressBlock(address)).toBe(block)
  })

  it('T06 neighbours outside the block are another block', () => {
    expect(addressBlock('2001:db8:0:2::1')).not.toBe(addressBlock('2001:db8:0:1::1'))
    expect(addressBlock('192.0.2.8')).not.toBe(addressBlock('192.0.2.7'))
  })

  it.each([undefined, '', 'unknown', '192.0.2', '192.0.2.7.1', '192.0.2.07', '[::1]', '::1::', '192.0.2.7, 192.0.2.8'])(
    'T06 %s is no address and has no block',
    (address) => {
      expect(addressBlock(address)).toBe('')
    },
  )
})
