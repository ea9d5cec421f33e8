/** What TAK events for the mesh of a radio are written in. */
import { Dialect, V2Form } from '@cotbus/contracts';
import { capabilities } from '@cotbus/meshtastic';
import type { RadioInfo } from '@cotbus/meshtastic';
import type { ToMeshOptions } from './options.ts';

/**
 * The operator's word, else by the radio: its apps are of its time. Where the firmware would spoil port 72, port 257 carries
 * all that V1 does.
 */
export const dialectOf = (radio: RadioInfo | undefined, { dialect }: ToMeshOptions): Dialect => {
  if (radio === undefined) return Dialect.UNSPECIFIED;
  const { supportsTakV2, takV1Usable } = capabilities(radio.firmwareVersion, radio.role);
  switch (dialect) {
    case 'v2':
      return Dialect.V2;
    case 'both':
      return takV1Usable ? Dialect.BOTH : Dialect.V2;
    case 'v1':
      return takV1Usable ? Dialect.V1 : Dialect.FORWARDER;
    case 'auto':
      if (supportsTakV2) return Dialect.V2;
      return takV1Usable ? Dialect.V1 : Dialect.FORWARDER;
  }
};

const forms: Readonly<Record<ToMeshOptions['dictionary'], V2Form>> = {
  auto: V2Form.UNSPECIFIED,
  raw: V2Form.RAW,
  a: V2Form.A,
  b: V2Form.B,
  cotbus: V2Form.C,
};

export const v2FormOf = ({ dictionary }: ToMeshOptions): V2Form => forms[dictionary];
