/** Radios as a person names them on the command line: `name=address`, or an address alone. */
import { isTopicLevel } from '@cotbus/contracts';
import { radioFromText, radioOptions } from '@cotbus/radio-agent';
import { printable } from '@cotbus/service';
import type { SiteRadio } from './site-services.ts';

export interface ReadRadios {
  readonly radios: readonly SiteRadio[];
  readonly faults: readonly string[];
}

export const readRadios = (texts: readonly string[]): ReadRadios => {
  const radios = texts.map(readRadio);
  const names = radios.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return {
    radios,
    faults: [...radios.flatMap(faultOf), ...twice.map((name) => `--radio: "${printable(name)}" names two radios`)],
  };
};

const readRadio = (text: string, index: number): SiteRadio => {
  const split = /^(?<name>[^=]*)=(?<address>.*)$/s.exec(text)?.groups;
  return { name: split?.['name'] ?? `radio-${index + 1}`, address: split?.['address'] ?? text };
};

const faultOf = ({ name, address }: SiteRadio): readonly string[] => {
  const given = `--radio ${printable(`${name}=${address}`)}`;
  if (!isTopicLevel(name)) return [`${given}: not a name`];
  const read = radioOptions.safeParse({ name, ...(radioFromText(address) as object) });
  return read.success ? [] : [`${given}: ${read.error.issues[0]?.message ?? 'not an address'}`];
};
