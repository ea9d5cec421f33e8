import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { channelName } from './channel-name.ts';

const preset = meshtastic.Config_LoRaConfig_ModemPreset;

describe('channelName', () => {
  it.each([
    [preset.LONG_FAST, 'LongFast'],
    [preset.MEDIUM_SLOW, 'MediumSlow'],
    [preset.SHORT_TURBO, 'ShortTurbo'],
    [preset.LONG_MODERATE, 'LongMod'],
    [77, '77'],
  ])('without a name is that of preset %i', (modemPreset, name) => {
    expect(channelName('', { usePreset: true, modemPreset })).toBe(name);
  });

  it('without a name and without a preset is Custom', () => {
    expect(channelName('', { usePreset: false, modemPreset: preset.LONG_FAST })).toBe('Custom');
  });

  it('is the name that was given', () => {
    expect(channelName('TAK', { usePreset: true, modemPreset: preset.LONG_FAST })).toBe('TAK');
  });
});
