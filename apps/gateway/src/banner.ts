/** What `cotbus up` prints when everything runs: where to look and what to do next. */
import { printable } from '@cotbus/service';
import { listensTls, takLinks } from '@cotbus/tak-egress';
import type { RunningGateway } from './gateway.ts';
import { COMMAND, START_WITH } from './own-package.ts';
import type { GatewayOptions } from './options.ts';

/** @param pageLink where the console is, with the token that lets people in */
export const banner = (
  options: GatewayOptions,
  {
    busDoor,
    pageLink,
    isDemo,
  }: { readonly busDoor: RunningGateway['busDoor']; readonly pageLink: string; readonly isDemo: boolean },
): string => {
  const { tak, radios, console: page } = options;
  const row = (what: string, text: string): string => `  ${what.padEnd(13)} ${printable(text)}`;
  const lines = ['', 'Cotbus is up.', ''];
  if (page.enabled) lines.push(row('Console', pageLink));
  if (tak.listen.enabled) lines.push(row('TAK over TCP', `${tak.listen.host}:${tak.listen.port}`));
  const { listenTls } = tak;
  if (listensTls(tak, options.journals.folder)) {
    lines.push(row('TAK over TLS', `${listenTls.host}:${listenTls.port}`));
  }
  for (const { name, kind, host, port } of isDemo ? [] : takLinks(tak)) {
    lines.push(row('TAK link', `${name}: ${kind} ${host}:${port}`));
  }
  lines.push(
    row('Bus', 'address' in busDoor ? `mqtt://${busDoor.address}, to watch` : `in process only: ${busDoor.fault}`),
  );
  if (isDemo) {
    lines.push(row('Radio', 'a simulated mesh: callsigns SIM-…, nothing goes to the air'));
    lines.push('', `Attach a radio on USB:          ${START_WITH} --radio auto`);
    lines.push(`Attach a radio on the network:  ${START_WITH} --radio 192.168.1.50`);
  } else {
    for (const { name, mesh, serial, tcp, uplink, recording } of radios) {
      lines.push(row('Radio', `${name} at ${serial ?? tcp ?? uplink?.url ?? recording?.file}, mesh ${mesh}`));
    }
    lines.push('');
  }
  if (tak.listen.enabled && isLoopback(tak.listen.host)) {
    lines.push('Let phones connect:             see docs/TAK-LINKS.md, "Let phones connect"');
  }
  lines.push(`Watch what becomes of it:       ${COMMAND} outcomes`, '', 'Ctrl-C stops it.', '');
  return lines.join('\n');
};

const isLoopback = (host: string): boolean => host === '::1' || host === 'localhost' || host.startsWith('127.');
