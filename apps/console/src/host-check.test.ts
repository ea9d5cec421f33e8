import { describe, expect, it } from 'vitest';
import { isOwnHost } from './host-check.ts';

describe('isOwnHost', () => {
  it.each([
    '127.0.0.1:8080',
    '127.0.0.1',
    '192.168.1.20:8080',
    '[::1]:8080',
    '[fe80::1]',
    'localhost:8080',
    'LOCALHOST',
    'localhost.:8080',
    'gateway.lan:8080',
    'Gateway.LAN.',
  ])('answers to %s', (host) => {
    expect(isOwnHost(host, ['gateway.lan'])).toBe(true);
  });

  it.each([
    undefined,
    '',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'gateway.lan.evil.example',
    '1.2.3:80',
    '0x7f000001',
    '[gateway.lan]',
    '[::1].evil.example',
    'localhost:8080@evil.example',
    'localhost/',
    'x'.repeat(300),
  ])('does not answer to %s', (host) => {
    expect(isOwnHost(host, ['gateway.lan'])).toBe(false);
  });
});
