/** `cotbus replay --tak`: the events of a recording, to a TAK server or client over TCP, as if they happened now. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { buildEventXml, parseEventXml } from '@cotbus/codec';
import { createPace, printable, readRecording, systemClock } from '@cotbus/service';
import type { EventEntry } from '@cotbus/service';
import { minutesText, showProgress } from '../progress.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** One that takes nothing is given up. */
const DRAIN_TIMEOUT_MS = 30_000;
const ADDRESS = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^\s:[\]]+)):(?<port>\d{1,5})$/;

export const replayToTak = async (file: string, speed: number, address: string): Promise<void> => {
  const parts = ADDRESS.exec(address)?.groups;
  if (parts === undefined) return fail('--tak: expected host:port');
  const place = { host: parts['six'] ?? parts['host'] ?? '', port: Number(parts['port']) };
  let socket: Socket;
  try {
    socket = connect({ ...place, noDelay: true });
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return fail(`nothing takes events at ${address} (${code})`);
  }
  const ended = new AbortController();
  socket.on('error', () => undefined);
  socket.once('close', () => ended.abort());
  socket.resume();
  const { sent, refused } = await send(file, speed, { socket, signal: ended.signal });
  const cut = ended.signal.aborted;
  socket.end();
  if (!cut)
    await once(socket, 'close', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) }).catch(() => socket.destroy());
  console.log(`${sent} events sent to ${address}, ${refused} not`);
  if (cut) fail(`${address} closed the connection before all was sent`);
};

const fail = (why: string): void => {
  console.error(printable(why));
  process.exitCode = 1;
};

const send = async (
  file: string,
  speed: number,
  { socket, signal }: { readonly socket: Socket; readonly signal: AbortSignal },
): Promise<{ readonly sent: number; readonly refused: number }> => {
  const wait = createPace(systemClock, speed, signal);
  let [sent, refused, atMs] = [0, 0, 0];
  let firstMs: number | undefined;
  const played = (): string => minutesText(atMs - (firstMs ?? atMs));
  const endProgress = showProgress(() => `${sent} events sent, ${played()} of the recording played`, systemClock);
  for await (const line of readRecording(file)) {
    if (signal.aborted) break;
    if (line.kind === 'damaged') console.error(printable(`not sent: ${line.detail}`));
    if (line.kind !== 'event') continue;
    firstMs ??= line.event.at;
    await wait(line.event.at);
    atMs = line.event.at;
    const said = saidNow(line.event, Date.now());
    if (!said.ok) {
      refused += 1;
      console.error(printable(`not sent: ${said.detail}`));
    } else if (!signal.aborted) {
      sent += 1;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(DRAIN_TIMEOUT_MS)]);
      if (!socket.write(said.xml)) await once(socket, 'drain', { signal: limit }).catch(() => socket.destroy());
    }
  }
  endProgress();
  return { sent, refused };
};

/** The event with all its times moved by as much as passed since it was recorded. */
export const saidNow = (
  { at, xml }: Pick<EventEntry, 'at' | 'xml'>,
  nowMs: number,
): { readonly ok: true; readonly xml: string } | { readonly ok: false; readonly detail: string } => {
  const parsed = parseEventXml(xml);
  if (!parsed.ok) return { ok: false, detail: `${parsed.reason}: ${parsed.detail}` };
  const laterMs = nowMs - at;
  const { event } = parsed;
  const moved = {
    ...event,
    timeMs: event.timeMs + laterMs,
    startMs: event.startMs + laterMs,
    staleMs: event.staleMs + laterMs,
  };
  return { ok: true, xml: buildEventXml(moved) };
};
