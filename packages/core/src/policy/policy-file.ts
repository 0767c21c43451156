import * as v from 'valibot';
import { policyActions } from './policy.ts';
import { presets } from './preset.ts';

const oneOf = <const T extends readonly string[]>(names: T) => v.picklist(names, `one of ${names.join(', ')}`);
const text = (wants: string, max = 2_000) =>
  v.pipe(v.string(wants), v.trim(), v.minLength(1, wants), v.maxLength(max, `${wants}, ${max} characters at most`));

const name = v.pipe(
  text('a name'),
  v.regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,63}$/u, 'letters, digits, spaces, dots and dashes, 64 at most'),
  v.notValue('preset', 'another name: `preset` is what speaks where no rule does'),
);

const onFailure = v.optional(oneOf(['pass', 'block']));
const words = v.pipe(
  v.array(text('a word', 64), 'a list of words'),
  v.maxLength(16, 'a list of words, 16 at most'),
  v.readonly(),
);

const Rule = v.strictObject(
  {
    name,
    when: text('a condition in CEL', 10_000),
    action: oneOf(policyActions),
    reason: v.optional(text('a sentence')),
    tags: v.optional(words, []),
    on_failure: onFailure,
  },
  'an object with name, when and action',
);

const RiskOfTest = v.strictObject(
  {
    score: v.pipe(
      v.number('a number from 0 to 1'),
      v.minValue(0, 'a number from 0 to 1'),
      v.maxValue(1, 'a number from 0 to 1'),
    ),
    findings: v.optional(v.array(text('the name of a finding, such as files.sensitive'), 'a list of names'), []),
  },
  'an object with score and findings',
);

/** A message, and what the rules are to make of it. */
export const PolicyTest = v.strictObject(
  {
    name: text('a name', 200),
    message: v.looseObject({}, 'a JSON-RPC message, or command and args of a launch'),
    dir: v.optional(oneOf(['c2s', 's2c'])),
    launch: v.optional(v.boolean('true or false'), false),
    /** On a response: what was asked. */
    asked: v.optional(
      v.strictObject({ method: text('a method'), tool: v.optional(text('a tool')) }, 'an object with method and tool'),
    ),
    server: v.optional(text('the name of a server'), 'test'),
    risk: v.optional(RiskOfTest),
    expect: oneOf(policyActions),
    rule: v.optional(text('the name of a rule')),
  },
  'an object with name, message and expect',
);
export type PolicyTest = v.InferOutput<typeof PolicyTest>;

/** `policy.yaml`. */
export const PolicyFile = v.strictObject(
  {
    version: v.literal(1, '1'),
    order: oneOf(['first-match', 'most-severe']),
    preset: v.optional(oneOf(presets)),
    on_failure: onFailure,
    rules: v.pipe(v.array(Rule, 'a list of rules'), v.maxLength(1_000, '1,000 rules at most')),
    tests: v.optional(v.array(PolicyTest, 'a list of tests'), []),
  },
  'an object with version, order and rules',
);
export type PolicyFile = v.InferOutput<typeof PolicyFile>;
