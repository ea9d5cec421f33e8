/** All checks of a running site, in the order in which their findings are worth looking at. */
import { Finding_Level } from '@cotbus/contracts';
import { channelCheck } from './channels.ts';
import { clockCheck } from './clock.ts';
import { dialectCheck } from './dialects.ts';
import { ownFindingsCheck } from './own-findings.ts';
import { radioLinkCheck } from './radio-link.ts';
import { radioSettingsCheck } from './radio-settings.ts';
import { sameMeshCheck } from './same-mesh.ts';
import { serviceCheck } from './services.ts';
import type { Check, FindingFields, Site } from './site.ts';

export const siteChecks: readonly Check[] = [
  serviceCheck,
  radioLinkCheck,
  radioSettingsCheck,
  channelCheck,
  clockCheck,
  sameMeshCheck,
  dialectCheck,
  ownFindingsCheck,
];

const order: readonly Finding_Level[] = [
  Finding_Level.FAULT,
  Finding_Level.WARNING,
  Finding_Level.NOTE,
  Finding_Level.UNSPECIFIED,
];

/** Faults first. */
export const byLevel = (findings: readonly FindingFields[]): readonly FindingFields[] =>
  findings.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));

/** What is wrong with a site, faults first. Pure. */
export const findingsOf = (site: Site): readonly FindingFields[] =>
  byLevel(siteChecks.flatMap((check) => check.look(site)));
