/**
 * Payloads of port 72 as phones and MQTT got them from real firmware: 2.7.22, 2.7.26 and 2.8.0, in the roles TAK and
 * CLIENT. Radios in the role TAK up to 2.7.22 send the compressed form and hand out both.
 */

const contact = '12230a0756495045522d311218414e44524f49442d303132333435363738396162636465661a040801100a2202084d';
const contactCompressed = '0801121d0a08807d5f87b02d14ff1211804e75babe80b44560091a2b3c4d5e6f791a040801100a2202084d';
const position = '2a110db103111d1587034401187b2003288e02';

export const VIPER = { uid: 'ANDROID-0123456789abcdef', callsign: 'VIPER-1', team: 'Cyan', role: 'Team Member' };

interface Twins {
  readonly name: string;
  readonly plain: string;
  readonly compressed: string;
}

export const captured = {
  pli: {
    name: 'a position report',
    plain: `${contact}${position}`,
    compressed: `${contactCompressed}${position}`,
  },
  toAll: {
    name: 'a line to all',
    plain: `${contact}32340a2248656c6c6f2066726f6d207468652072696467652c206d6f76696e67206e6f727468120e416c6c204368617420526f6f6d73`,
    compressed: `${contactCompressed}32250a168767c714be375e54766b77d7b324bcd7d5e7b2cadc76120b84f1c20e7b4c20dd579d17`,
  },
  direct: {
    name: 'a direct line',
    plain: `${contact}32410a1c4d65657420617420636865636b706f696e74203420617420303633301218414e44524f49442d666564636261393837363534333231301a07434f4252412d32`,
    compressed: `${contactCompressed}32310a138796e14c2e7b3e7efc55e422e7d04c228eb88f1211804e75babe80b44567f6e5d4c3b2a190811a0780735eb7205a2b`,
  },
  /** The decompressed one, as firmware made it of the line that a zero byte had cut. */
  cutLine: {
    name: 'a line that firmware cut',
    plain:
      '12250a09c389636c6169722d391218414e44524f49442d303132333435363738396162636465661a040801100a2202084d32270a154772c3b6c39f6520e289a5203520e2809420c3a974120e416c6c204368617420526f6f6d73',
    compressed:
      '0801121d0a089e044f3c4decb4551211804e75babe80b44560091a2b3c4d5e6f791a040801100a2202084d32240a1587b6c140b657fc347c4519167a3d211f47d3bac20e120b84f1c20e7b4c20dd579d17',
  },
  emptyLine: { name: 'a line without text', plain: `${contact}3200`, compressed: `${contactCompressed}32030a0197` },
  detail: {
    name: 'a bare detail',
    plain: `${contact}3a06010203ff0007`,
    compressed: `${contactCompressed}3a06010203ff0007`,
  },
  withoutContact: {
    name: 'a position report without a contact',
    plain: `1a040801100a2202084d${position}`,
    compressed: `08011a040801100a2202084d${position}`,
  },
} as const satisfies Readonly<Record<string, Twins>>;

/** Before firmware cut it. */
export const WHOLE_LINE =
  '12250a09c389636c6169722d391218414e44524f49442d303132333435363738396162636465661a040801100a2202084d32340a224772c3b6c39f6520e289a5203520e2809420c3a974c3a920e2988220d0bdd0b5d182120e416c6c204368617420526f6f6d73';

/** Plain texts that their sender called compressed. */
export const MISMARKED = `0801${contact}${position}`;

/** Made by a radio in the role TAK_TRACKER, firmware 2.7.22; its owner's long name is `Tracker é 1`. */
export const TRACKER =
  '080112180a0a846e79fb7b4781528a7f120a846e79fb7b4781528a7f1a040801100a220208652a0a0db103111d1587034401';
