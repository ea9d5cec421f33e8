/** A radio in memory, for tests of what drives one. */
import { closedByUs, MAX_QUEUED_BYTES, RadioUnreachable, readsNothing } from '../radio.ts';
import type { Radio, RadioConnection } from '../radio.ts';

export interface FakeRadio {
  readonly radio: Radio;
  /** It can be opened; so it is in the beginning. */
  plugIn(): void;
  /** It cannot, and an open connection ends. */
  unplug(): void;
  /** Comes over the open connection, if there is one. */
  say(bytes: Uint8Array): void;
  /** Takes what is written, in order, from the first byte on; until there is one it is queued. */
  onWritten(listener: ((bytes: Uint8Array) => void) | undefined): void;
}

interface Line {
  readonly connection: RadioConnection;
  say(bytes: Uint8Array): void;
  flush(): void;
  end(why: string): void;
}

export const createFakeRadio = (): FakeRadio => {
  let plugged = true;
  let line: Line | undefined;
  let reader: ((bytes: Uint8Array) => void) | undefined;
  return {
    radio: {
      address: 'fake',
      open: async (signal) => {
        if (signal.aborted) throw new RadioUnreachable('given up');
        if (!plugged) throw new RadioUnreachable('no radio: it is not plugged in');
        line?.end('another has connected');
        line = createLine((bytes) => {
          reader?.(bytes);
          return reader !== undefined;
        });
        return line.connection;
      },
    },
    plugIn: () => void (plugged = true),
    unplug: () => {
      plugged = false;
      line?.end('it was unplugged');
    },
    say: (bytes) => line?.say(bytes),
    onWritten: (listener) => {
      reader = listener;
      line?.flush();
    },
  };
};

/** @param take @returns whether somebody reads */
const createLine = (take: (bytes: Uint8Array) => boolean): Line => {
  const heard: Uint8Array[] = [];
  const queue: Uint8Array[] = [];
  let listener: ((chunk: Uint8Array) => void) | undefined;
  let open = true;
  let settle: (why: string) => void = () => {};
  const closed = new Promise<string>((resolve) => {
    settle = resolve;
  });
  const end = (why: string): void => {
    open = false;
    queue.length = 0;
    settle(why);
  };
  const flush = (): void => {
    while (queue[0] !== undefined && take(queue[0])) queue.shift();
  };
  return {
    end,
    flush,
    say: (bytes) => {
      if (!open) return;
      if (listener === undefined) heard.push(bytes);
      else listener(bytes);
    },
    connection: {
      closed,
      ifSilent: 'is it on?',
      onBytes: (next) => {
        listener = next;
        for (const bytes of heard.splice(0)) next(bytes);
      },
      write: (bytes) => {
        if (!open) return;
        queue.push(bytes);
        flush();
        const queued = queue.reduce((sum, { length }) => sum + length, 0);
        if (queued > MAX_QUEUED_BYTES) end(readsNothing);
      },
      close: async () => {
        flush();
        end(closedByUs);
      },
    },
  };
};
