import { expect, test } from 'vitest';
import type { Assessment, Finding } from '../risk/finding.ts';
import { decideByPreset, type Preset, type PresetSettings, presetPolicy, presets } from './preset.ts';

const settings = (preset: Preset, rest: Partial<PresetSettings> = {}): PresetSettings => ({
  ...{ preset, threshold: 0.8, block_high_risk: true, transform: false },
  ...rest,
});

const finding = (weight: number, suggestion?: Finding['suggestion']): Finding => ({
  ...{ rule: 'test.rule', owasp: 'MCP05:2025', weight, reason: 'Looks bad.', evidence: '' },
  ...{ at: { pointer: '', start: 0, end: 1 }, ...(suggestion && { suggestion }) },
});

const risk = (score: number, findings = score === 0 ? [] : [finding(score)]): Assessment => ({
  ...{ score, level: 'none', findings, recommendation: 'allow' },
});

const actions = (preset: Preset, rest?: Partial<PresetSettings>) =>
  [0, 0.3, 0.4, 0.8, 1].map((score) => decideByPreset(settings(preset, rest), risk(score)).action);

test('the presets do with each score what their table says', () => {
  expect(Object.fromEntries(presets.map((preset) => [preset, actions(preset)]))).toEqual({
    observe: ['allow', 'allow', 'tag', 'tag', 'tag'],
    balanced: ['allow', 'allow', 'tag', 'block', 'block'],
    strict: ['allow', 'allow', 'ask', 'block', 'block'],
  });
});

test('without block_high_risk only strict stops', () => {
  const rest = { block_high_risk: false };
  expect(actions('balanced', rest)).toEqual(['allow', 'allow', 'tag', 'tag', 'tag']);
  expect(actions('strict', rest)).toEqual(['allow', 'allow', 'ask', 'block', 'block']);
});

test('a stop becomes a change only where all that is heavy has a safer form', () => {
  const safer = { what: 'a narrower path', text: './build' };
  const decide = (findings: Finding[]) =>
    decideByPreset(settings('balanced', { transform: true }), risk(0.9, findings)).action;
  expect(decide([finding(0.9, safer)])).toBe('transform');
  expect(decide([finding(0.9, safer), finding(0.3)])).toBe('transform');
  expect(decide([finding(0.9, safer), finding(0.85)])).toBe('block');
  expect(decide([finding(0.6, safer), finding(0.5)])).toBe('block');
});

test('a threshold of 0 stops what was found, not what nothing was found in', () => {
  expect(decideByPreset(settings('balanced', { threshold: 0 }), risk(0)).action).toBe('allow');
  expect(decideByPreset(settings('balanced', { threshold: 0 }), risk(0.1)).action).toBe('block');
});

test('only strict stops what could not be judged', () => {
  expect(presets.map((preset) => presetPolicy(settings(preset)).onFailure)).toEqual(['pass', 'pass', 'block']);
});
