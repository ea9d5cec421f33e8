/** What the agent knows of its radio right now. */
import { LinkState } from '@cotbus/contracts';
import type { RadioInfo } from '@cotbus/meshtastic';

export interface RadioNow {
  link: LinkState;
  /** Why it is not open, in words. */
  linkDetail: string;
  /** From its last handshake; kept while the link is away. */
  radio: RadioInfo | undefined;
}

export const noRadioYet = (): RadioNow => ({ link: LinkState.CLOSED, linkDetail: '', radio: undefined });
