import { buildEventXml, parseEventXml } from '@cotbus/codec';
import type { CotEvent } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { buildControl } from '../ping.ts';
import { createClientNegotiation, createServerNegotiation, NEGOTIATION_MS } from './negotiation.ts';
import type { NegotiationOutput } from './negotiation.ts';

const WALL = Date.UTC(2026, 0, 1);
const control = (type: string, detail: string, uid = 'u1'): CotEvent =>
  buildControl(type, uid, WALL, 60_000, `<TakControl>${detail}</TakControl>`);
const offered = (version: string): CotEvent => control('t-x-takp-v', `<TakProtocolSupport version="${version}"/>`);
const asked = (version: string): CotEvent => control('t-x-takp-q', `<TakRequest version="${version}"/>`);
const answered = (status: string): CotEvent => control('t-x-takp-r', `<TakResponse status="${status}"/>`);

/** Type, uid and detail of what is sent; the kind of anything else. */
const told = (outputs: readonly NegotiationOutput[]): string[] =>
  outputs.map((output) => {
    if (output.kind !== 'send') return output.kind;
    const xml = buildEventXml(output.event);
    expect(parseEventXml(xml).ok).toBe(true);
    expect(cotFaults(xml.replace('type="t-x-takp-', 'type="a-f-G-'))).toEqual([]);
    return `${output.event.type} ${output.event.uid} ${output.event.detail}`;
  });

const OFFER =
  't-x-takp-v own <TakControl><TakProtocolSupport version="1"/>' +
  '<TakServerVersionInfo serverVersion="Cotbus 1.0" apiVersion="3"/></TakControl>';
const YES = 't-x-takp-r u1 <TakControl><TakResponse status="true"/></TakControl>';
const NO = 't-x-takp-r u1 <TakControl><TakResponse status="false"/></TakControl>';
const QUESTION = 't-x-takp-q u1 <TakControl><TakRequest version="1"/></TakControl>';

describe('the negotiation of a server', () => {
  it('offers version 1 once, and agrees when it is asked for it', () => {
    const server = createServerNegotiation('auto', 'own', '1.0');
    expect(told(server.opened(0, WALL))).toEqual([OFFER]);
    expect(told(server.heard(asked('1'), 5, WALL))).toEqual([YES, 'agreed']);
    expect(told(server.heard(asked('1'), 6, WALL))).toEqual([]);
    expect(server.mayWrite).toBe(true);
  });

  it.each([
    ['another version', 'auto', asked('2')],
    ['no version', 'auto', control('t-x-takp-q', '<TakRequest/>')],
    ['version 1 while it shall not', 'xml', asked('1')],
  ] as const)('says no to %s', (_, protocol, question) => {
    const server = createServerNegotiation(protocol, 'own', '1.0');
    server.opened(0, WALL);
    expect(told(server.heard(question, 5, WALL))).toEqual([NO]);
  });

  it.each(['xml', 'protobuf'] as const)('offers nothing with %s', (protocol) => {
    expect(createServerNegotiation(protocol, 'own', '1.0').opened(0, WALL)).toEqual([]);
  });

  it('does not care when nobody asks', () => {
    const server = createServerNegotiation('auto', 'own', '1.0');
    server.opened(0, WALL);
    expect(server.tick(10 * NEGOTIATION_MS)).toEqual([]);
    expect(told(server.heard(answered('true'), 1, WALL))).toEqual([]);
  });
});

describe('the negotiation of a client', () => {
  it('asks for what is offered, writes nothing until the answer, then agrees', () => {
    const client = createClientNegotiation('auto');
    expect(client.opened(0, WALL)).toEqual([]);
    expect(client.mayWrite).toBe(true);
    expect(told(client.heard(offered('1'), 100, WALL))).toEqual([QUESTION]);
    expect(client.mayWrite).toBe(false);
    expect(told(client.heard(answered('true'), 200, WALL))).toEqual(['agreed']);
    expect(client.mayWrite).toBe(true);
    expect(client.tick(10 * NEGOTIATION_MS)).toEqual([]);
  });

  it('goes on with XML when the server says no', () => {
    const client = createClientNegotiation('auto');
    client.opened(0, WALL);
    client.heard(offered('1'), 100, WALL);
    expect(client.heard(answered('false'), 200, WALL)).toEqual([]);
    expect(client.mayWrite).toBe(true);
    expect(client.heard(answered('true'), 300, WALL)).toEqual([]);
  });

  it('gives the connection up when there is no answer within a minute', () => {
    const client = createClientNegotiation('auto');
    client.opened(0, WALL);
    client.heard(offered('1'), 30_000, WALL);
    expect(client.tick(30_000 + NEGOTIATION_MS - 1)).toEqual([]);
    expect(told(client.tick(30_000 + NEGOTIATION_MS))).toEqual(['failed']);
  });

  it.each([
    ['nothing is offered within a minute', NEGOTIATION_MS, offered('1')],
    ['only version 0 is offered', 100, offered('0')],
    ['a version to come is offered', 100, offered('2')],
  ])('stays with XML when %s', (_, atMs, event) => {
    const client = createClientNegotiation('auto');
    client.opened(0, WALL);
    expect(client.tick(atMs)).toEqual([]);
    expect(client.heard(event, atMs, WALL)).toEqual([]);
    expect(client.heard(offered('1'), atMs + 1, WALL)).toEqual([]);
    expect(client.mayWrite).toBe(true);
  });

  it('takes the one it knows among several', () => {
    const client = createClientNegotiation('auto');
    client.opened(0, WALL);
    const both = control('t-x-takp-v', '<TakProtocolSupport version="0"/><TakProtocolSupport version="1"/>');
    expect(told(client.heard(both, 1, WALL))).toEqual([QUESTION]);
  });

  it.each(['xml', 'protobuf'] as const)('asks nothing with %s', (protocol) => {
    const client = createClientNegotiation(protocol);
    client.opened(0, WALL);
    expect(client.heard(offered('1'), 1, WALL)).toEqual([]);
  });
});
