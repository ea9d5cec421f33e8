/**
 * Packets in the shapes that ATAK, iTAK, WinTAK and WebTAK produce, as a gateway sends them: schema B, without what no
 * receiver draws. They train our dictionaries and measure them. Each kind is made with and without remarks.
 */
import { fromJson, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import type { Fields } from './sample-fields.ts';
import { casevac, emergency, marker, rab, route, shape, task } from './sample-objects.ts';
import { aircraft, chat, drone, pli, rawDetail, receipt, taktalk, taktalkRoom } from './sample-people.ts';

type Weighted = readonly (readonly [(r: Random) => Fields, number])[];

/** Weights are shares of what a mesh carries, evened out so that the rare kinds are learnt, too. */
const makers: Readonly<Record<'general' | 'air', Weighted>> = {
  general: [
    [pli, 20],
    [chat, 14],
    [receipt, 5],
    [shape, 14],
    [marker, 16],
    [rab, 4],
    [route, 7],
    [casevac, 5],
    [emergency, 5],
    [task, 4],
    [rawDetail, 12],
    [taktalk, 3],
    [taktalkRoom, 2],
  ],
  air: [
    [aircraft, 10],
    [drone, 2],
  ],
};

/** Serialised packets for one of the two dictionaries. Different seeds share no uid. */
export const samplePackets = (use: 'general' | 'air', count: number, seed: number): readonly Uint8Array[] => {
  const r = createRandom(seed);
  const turns = makers[use].flatMap(([make, weight]) => Array.from({ length: weight }, () => make));
  return Array.from({ length: count }, (_, index) => {
    const make = turns[index % turns.length] ?? pli;
    return toBinary(meshtastic.TAKPacketV2Schema, fromJson(meshtastic.TAKPacketV2Schema, make(r)));
  });
};
