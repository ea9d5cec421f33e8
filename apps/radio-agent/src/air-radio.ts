/** What the radio at hand makes of the air: how long a frame occupies it, how much of it is allowed. */
import { meshtastic } from '@cotbus/contracts';
import type { Frame } from '@cotbus/contracts';
import { airSize, airtimeMs, dataOfFrame, dutyCyclePercent, modemOf, signsBroadcasts } from '@cotbus/meshtastic';
import type { Modem, RadioInfo } from '@cotbus/meshtastic';

export interface AirRadio {
  readonly modem: Modem;
  /** It appends a signature to broadcasts that leave room for it. */
  readonly signs: boolean;
  /** Of the region; 100 = no limit. */
  readonly dutyCyclePercent: number;
  /** With a queue of its own, and so many packets a minute on some ports at most; a broker has neither. */
  readonly isRadio: boolean;
}

/** What of a radio decides it. */
type RadioOnAir = Pick<RadioInfo, 'modemPreset' | 'region' | 'customModem' | 'overridesDutyCycle' | 'firmwareVersion'>;

export const airRadioOf = (radio: RadioOnAir, isRadio: boolean): AirRadio => ({
  modem: modemOf(radio),
  signs: signsBroadcasts(radio.firmwareVersion),
  dutyCyclePercent: radio.overridesDutyCycle === true ? 100 : dutyCyclePercent(radio.region),
  isRadio,
});

/** Milliseconds that one transmission of the frame occupies; what relays add to it nobody knows before. */
export const frameAirMs = (frame: Frame, { modem, signs }: AirRadio): number =>
  airtimeMs(modem, airSize({ ...dataOfFrame(frame), bitfield: 0 }, { to: frame.to, signs }).bytes);

const { PortNum } = meshtastic;
/** The least time between two packets of a port that a radio takes from its host, and a little more. */
const gapsMs: ReadonlyMap<number, number> = new Map<number, number>([
  [PortNum.TEXT_MESSAGE_APP, 2_200],
  [PortNum.POSITION_APP, 10_500],
  [PortNum.WAYPOINT_APP, 10_500],
  [PortNum.ALERT_APP, 10_500],
  [PortNum.TELEMETRY_APP, 10_500],
]);

export const portGapMs = (port: number): number => gapsMs.get(port) ?? 0;
