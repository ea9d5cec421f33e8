import { describe, expect, it } from 'vitest';
import { linkHost } from './package-link.ts';
import { qrRows } from './qr-code.ts';

const listens = (host: string) => ({ host, port: 8080 });

describe('the link to a package', () => {
  it.each([
    ['192.168.1.5:8080', '0.0.0.0', '10.0.0.1', '192.168.1.5:8080'],
    ['gateway.lan', '127.0.0.1', '10.0.0.1', 'gateway.lan'],
    ['localhost:8080', '0.0.0.0', '10.0.0.1', '10.0.0.1:8080'],
    ['127.0.0.1:8080', '0.0.0.0', 'Gateway.lan', 'Gateway.lan:8080'],
    ['127.0.0.1:8080', '::', 'fd00::1', '[fd00::1]:8080'],
    ['127.0.0.1:8080', '0.0.0.0', 'elsewhere.example', undefined],
    ['127.0.0.1:8080', '0.0.0.0', '127.0.0.1', undefined],
    ['127.0.0.1:8080', '127.0.0.1', '10.0.0.1', undefined],
    ['[::1]:8080', 'localhost', '10.0.0.1', undefined],
  ])('of a page at %s, where the console listens on %s and TAK calls %s, is at %s', (asked, host, wished, link) => {
    expect(linkHost({ asked, listens: listens(host), wished, hostNames: ['gateway.lan'] })).toBe(link);
  });
});

describe('a QR code', () => {
  it('is square, has its three corners, and room for any link', () => {
    const rows = qrRows(`http://192.168.100.100:65535/connection/${'x'.repeat(32)}`);
    expect(rows.every((row) => row.length === rows.length)).toBe(true);
    const corner = '1111111';
    expect(rows[0]?.startsWith(corner)).toBe(true);
    expect(rows[0]?.endsWith(corner)).toBe(true);
    expect(rows.at(-1)?.startsWith(corner)).toBe(true);
    expect(qrRows('x'.repeat(600)).length).toBeGreaterThan(rows.length);
  });
});
