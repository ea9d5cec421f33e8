/** The configuration that `cotbus init` writes for one machine: short, with what people change first. */
import { radioFromText } from '@cotbus/radio-agent';
import { stringify } from 'yaml';
import { COMMAND } from '../own-package.ts';
import type { SiteRadio } from './site-services.ts';

/** @param radios none: the radio on USB */
export const firstConfig = (mesh: string, radios: readonly SiteRadio[]): string => {
  const attached = radios.length > 0 ? radios : [{ name: 'base', address: 'auto' }];
  return [
    `# Cotbus. All keys: docs/OPTIONS.md. Faults with line and column: ${COMMAND} config check\n`,
    stringify({ version: 1, radios: attached.map((radio) => radioEntry(mesh, radio)) }),
    REST,
  ].join('');
};

const radioEntry = (mesh: string, { name, address }: SiteRadio) => ({
  name,
  mesh,
  ...(radioFromText(address) as object),
  toMesh: { kinds: ['chat', 'emergency'] },
});

const REST = `# serial: auto is the only radio on USB; or usb:303a:1001, COM7, /dev/ttyUSB0. tcp: 192.168.1.50 is one on the network.
# mesh: the same name for radios that hear each other.
# toMesh.kinds: what TAK may send to the air; pli are the positions of TAK users, which cost the most airtime.

tak:
  listen:
    host: 127.0.0.1 # this machine alone. Phones: docs/TAK-LINKS.md, "Let phones connect"
    port: 8087
  # links:
  #   - name: wintak
  #     kind: udp
  #     host: 127.0.0.1 # WinTAK on this machine
`;
