/** What the agent knows of its radio right now. */
import { LinkState } from '@cotbus/contracts';
import type { RadioInfo } from '@cotbus/meshtastic';

export interface RadioNow {
  link: LinkState;
  /** Why it is not open, in words. */
  linkDetail: string;
  /** From its last handshake; kept while the link is away. */
  radio: RadioInfo | undefined;
  /** The number that the radio had before it took another one; 0 = never. */
  formerNode: number;
}

export const noRadioYet = (): RadioNow => ({ link: LinkState.CLOSED, linkDetail: '', radio: undefined, formerNode: 0 });
