/** Whether an address, or a host name with or without a port, can only mean this machine. */
import { isIP } from 'node:net';

export const isLoopback = (address: string): boolean => {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
};

export const isLoopbackHost = (header: string): boolean => {
  const host = header.toLowerCase();
  const name = host.replace(/^\[(.*)\](?::\d{1,5})?$/, '$1').replace(/^([^:]*):\d{1,5}$/, '$1');
  return name === 'localhost' || isLoopback(name);
};
