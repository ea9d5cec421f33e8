import { describe, expect, it } from 'vitest';
import { iconOfPath, iconPath } from './waypoint-icon.ts';

const GOOGLE = 'f7f71666-8b28-4b57-9fbb-e38e61d33b79/Google/';
const code = (emoji: string): number => emoji.codePointAt(0) ?? 0;

describe('icons of waypoints', () => {
  it.each([
    ['🔥', 'firedept', '🔥'],
    ['🚑', 'hospitals', '🏥'],
    ['⚕', 'hospitals', '🏥'],
    ['⚠', 'caution', '🚨'],
    ['⛺', 'campground', '⛺'],
    ['🏔', 'cross-hairs', '🏔'],
    ['❄', 'snowflake_simple', '❄'],
    ['💡', 'info-i', '💡'],
    ['📀', 'info', '🏰'],
  ])('%s is %s, and that is %s', (emoji, icon, back) => {
    expect(iconPath(code(emoji))).toBe(`${GOOGLE}${icon}.png`);
    expect(iconOfPath(`${GOOGLE}${icon}.png`)).toBe(code(back));
  });

  it.each([0, code('🦌'), 0xd800, 0xffffffff])('are a pushpin when no set has %i', (icon) => {
    expect(iconPath(icon)).toBe('ad78aafb-83a6-4c07-b2b9-a897a8b6a38f/Tacks/red-pushpin.png');
  });

  it.each(['', 'COT_MAPPING_SPOTMAP/b-m-p-s-m/-65536', `${GOOGLE}constructor.png`])('are a pin for "%s"', (path) => {
    expect(iconOfPath(path)).toBe(code('📍'));
  });
});
