/** The bus as services see it. Adapters: mqtt-bus.ts (any MQTT 3.1.1 broker, also the embedded one); fake: memory-bus.ts. */
import type { MessageOf, TopicIds, TopicName } from '@cotbus/contracts';

/** Called for each message; must not throw. `message` is undefined when a retained one was cleared. */
export type BusHandler<N extends TopicName> = (
  message: MessageOf<N> | undefined,
  ids: TopicIds<N>,
  /** As it came: what is to be kept as bytes is not encoded again. */
  payload: Uint8Array,
) => void;

export interface Bus {
  /**
   * Hands a message to the broker's connection.
   * @returns false when there is no connection: nothing was sent and nothing is kept, but for retained topics,
   *   whose newest message is published on every connect.
   * @param payload bytes of the message, when they are at hand: it is not encoded again.
   */
  publish<N extends TopicName>(name: N, message: MessageOf<N>, payload?: Uint8Array): boolean;
  /** Removes a retained message, now or at the next connect. */
  clear<N extends TopicName>(name: N, ids: TopicIds<N>): void;
  /**
   * Subscribes for the life of the bus, over every reconnect; ids left out match any.
   * With a group each message goes to one member of the group (`$share`); not every broker does it, see prove-sharing.ts.
   * One participant subscribes a topic name either with one group or without.
   * @returns when the broker has acknowledged it, or when there is no connection yet (it is then made on connect).
   */
  subscribe<N extends TopicName>(
    name: N,
    ids: Partial<TopicIds<N>>,
    handler: BusHandler<N>,
    options?: { readonly group?: string },
  ): Promise<void>;
  readonly connected: boolean;
  /** Called on each change of `connected`. */
  onConnection(listener: (connected: boolean) => void): void;
  /** Waits until what was published is acknowledged (at most a second), then leaves without a last will. */
  close(): Promise<void>;
}

/** What the broker publishes when the connection is cut. */
export interface BusWill<N extends TopicName = TopicName> {
  readonly name: N;
  readonly message: MessageOf<N>;
}
