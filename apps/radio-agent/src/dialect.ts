/** What TAK events for the mesh of a radio are written in, decided anew for every send. */
import { Dialect, V2Form } from '@cotbus/contracts';
import { capabilities } from '@cotbus/meshtastic';
import type { RadioInfo } from '@cotbus/meshtastic';
import type { ToMeshOptions } from './options.ts';
import { NOBODY_HEARD } from './peers-heard.ts';
import type { DialectsHeard } from './peers-heard.ts';

export interface DialectChoice {
  readonly dialect: Dialect;
  /** In words, for outcomes. */
  readonly why: string;
}

/**
 * The operator's word, else by the radio, whose apps are of its time, and by who was heard to speak only another dialect: then
 * both. Where the firmware would spoil port 72, port 257 carries all that V1 does.
 */
export const chooseDialect = (
  radio: Pick<RadioInfo, 'firmwareVersion' | 'role'> | undefined,
  { dialect }: Pick<ToMeshOptions, 'dialect'>,
  heard: DialectsHeard = NOBODY_HEARD,
): DialectChoice => {
  if (radio === undefined) return { dialect: Dialect.UNSPECIFIED, why: '' };
  const { supportsTakV2, takV1Usable } = capabilities(radio.firmwareVersion, radio.role);
  const v1 = takV1Usable ? Dialect.V1 : Dialect.FORWARDER;
  const both = takV1Usable ? Dialect.BOTH : Dialect.V2;
  const asTold = `toMesh.dialect is ${dialect}`;
  switch (dialect) {
    case 'v2':
      return { dialect: Dialect.V2, why: asTold };
    case 'both':
      return { dialect: both, why: asTold };
    case 'v1':
      return { dialect: v1, why: takV1Usable ? asTold : `${asTold}, and this firmware spoils port 72` };
    case 'auto': {
      const own = `firmware ${radio.firmwareVersion || 'unknown'}`;
      const others = supportsTakV2 ? heard.v1 : heard.v2;
      if (others > 0) {
        const only = supportsTakV2 ? 'V1' : 'V2';
        return {
          dialect: both,
          why: `${own}, and ${others} heard that ${others === 1 ? 'speaks' : 'speak'} only ${only}`,
        };
      }
      if (supportsTakV2) return { dialect: Dialect.V2, why: own };
      return { dialect: v1, why: takV1Usable ? own : `${own} spoils port 72 in its role` };
    }
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
