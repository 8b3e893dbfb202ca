import { describe, expect, test } from 'vitest';
import { addressOf } from './address.ts';

const proxy = '10.0.0.2';

describe('without a configured proxy the other end of the connection is counted, whatever a header says', () => {
  test.each([
    ['192.0.2.1', undefined, '192.0.2.1', false],
    ['192.0.2.1', '8.8.8.8', '192.0.2.1', false],
    ['192.0.2.1', '127.0.0.1, 10.0.0.1', '192.0.2.1', false],
    ['::ffff:192.0.2.1', undefined, '192.0.2.1', false],
    ['2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64', false],
    ['127.0.0.1', undefined, '127.0.0.1', false],
    ['127.0.0.1', ' ', '127.0.0.1', false],
    // A proxy of our own that nobody configured: many are behind it.
    ['127.0.0.1', '8.8.8.8', '127.0.0.1', true],
    ['::1', '8.8.8.8', '0:0:0:0::/64', true],
    ['::ffff:10.1.2.3', '8.8.8.8', '10.1.2.3', true],
    ['10.255.0.1', 'garbage', '10.255.0.1', true],
    ['172.16.0.1', '8.8.8.8', '172.16.0.1', true],
    ['172.32.0.1', '8.8.8.8', '172.32.0.1', false],
    ['192.168.7.7', '8.8.8.8', '192.168.7.7', true],
    ['fd12::1', '8.8.8.8', 'fd12:0:0:0::/64', true],
    ['fe80::1%eth0', '8.8.8.8', 'fe80:0:0:0::/64', true],
    [undefined, '8.8.8.8', 'unknown', false],
  ])('%s with %s is %s', (peer, forwarded, network, isShared) => {
    expect(addressOf(peer, forwarded, 0)).toEqual({ network, isShared });
  });
});

describe('behind configured proxies the address is the one that the outermost of them was asked from', () => {
  test.each([
    [1, '198.51.100.1', '198.51.100.1'],
    [1, '203.0.113.9, 198.51.100.1', '198.51.100.1'],
    [2, '203.0.113.9, 198.51.100.1', '203.0.113.9'],
    [2, '192.0.2.7,203.0.113.9,198.51.100.1', '203.0.113.9'],
    // Fewer than configured: somebody came in further inside.
    [2, '198.51.100.1', '198.51.100.1'],
    [1, undefined, proxy],
    [1, '', proxy],
    // What the proxy wrote is no address: its own has to do, for what stands before it is the browser's claim.
    [1, '203.0.113.9, unknown', proxy],
    [2, '203.0.113.9, _hidden, 198.51.100.1', '198.51.100.1'],
  ])('%d of them, %s: %s', (proxies, forwarded, network) => {
    expect(addressOf(proxy, forwarded, proxies)).toEqual({ network, isShared: false });
  });
});

describe('one address has one name, however it is written', () => {
  test.each([
    [
      '7.7.7.7',
      ['7.7.7.7:40001', '7.7.7.7:2', ' 7.7.7.7 ', '::ffff:7.7.7.7', '::FFFF:0707:0707', '[::ffff:7.7.7.7]:443'],
    ],
    [
      '2001:db8:0:2::/64',
      [
        '2001:db8:0:2::1',
        '2001:DB8:0:2::1',
        '2001:0db8:0000:0002:0000:0000:0000:0001',
        '2001:db8:0:2:ffff:ffff:ffff:ffff',
        '[2001:db8:0:2::1]:443',
        '[2001:db8:0:2::9]',
        '2001:db8:0:2::192.0.2.1',
        '2001:db8:0:2::1%en0',
      ],
    ],
    ['0:0:0:0::/64', ['::', '::1', '0:0:0:0:0:0:0:1', '::192.0.2.1']],
  ])('%s', (network, spellings) => {
    expect(spellings.map((each) => addressOf(proxy, each, 1).network)).toEqual(spellings.map(() => network));
  });

  test.each([
    '7.7.7.7.7',
    '007.7.7.7',
    '0x7.1.1.1',
    '7.7.7',
    '[7.7.7.7',
    'localhost',
    '::g',
    '1:2:3',
    '[]:1',
    '%',
    ',',
  ])('%s is none', (written) => {
    expect(addressOf(proxy, written, 1).network).toBe(proxy);
  });

  test('the longest header there can be is read at once', () => {
    const long = '1,'.repeat(8_000);
    expect(addressOf(proxy, `${long} 198.51.100.1`, 1).network).toBe('198.51.100.1');
  });
});
