/** The stream of changes from the console, and whether it can be believed. */

/** The console's own heartbeat alone brings a message every 10 s: after this the connection is dead, whatever it says. */
const SILENT_MS = 45_000;
/** The browser reconnects by itself but for answers such as "too many pages". */
const REOPEN_MS = 5000;

/**
 * @param onMessage called with each message
 * @param onRefused called when the console does not take us any more, perhaps for want of a login
 */
export const createConnection = ({ onMessage, onRefused }) => {
  let events;
  let openedMs = 0;
  let heardMs = 0;

  const open = () => {
    events?.close();
    openedMs = performance.now();
    events = new EventSource('api/events');
    events.addEventListener('changes', ({ data }) => {
      heardMs = performance.now();
      onMessage(JSON.parse(data));
    });
  };
  open();
  return {
    get isLive() {
      return events.readyState === EventSource.OPEN;
    },
    /** Since the last message. */
    get silenceMs() {
      return performance.now() - heardMs;
    },
    /** Looks after it; called every second. */
    watch: () => {
      const sinceMs = performance.now() - Math.max(openedMs, heardMs);
      if (events.readyState === EventSource.CLOSED && sinceMs > REOPEN_MS) {
        onRefused();
        open();
      } else if (sinceMs > SILENT_MS) open();
    },
    close: () => events.close(),
  };
};
