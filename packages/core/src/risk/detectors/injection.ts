import type { Detector } from '../detector.ts';
import type { CueName } from '../words/cue.ts';
import { cues } from '../words/cues.ts';
import { createSighter } from '../words/sighter.ts';
import { type Company, type Scale, steer } from '../words/steer.ts';

const orders: Company['any'] = [
  'newTask',
  'reveal',
  'sendOut',
  'secrecy',
  'address',
  'turn',
  'tag',
  'callTool',
  'sensitiveAct',
  'yourReply',
  'dictate',
  'bid',
  'obey',
  'command',
  'jailbreak',
  'persona',
  'impersonate',
  'switchTask',
  'decode',
  'comment',
  'image',
];

const alone: Scale['alone'] = {
  override: 0.65,
  disobey: 0.5,
  newTask: 0.4,
  reveal: 0.35,
  turn: 0.35,
  tag: 0.35,
  address: 0.3,
  secrecy: 0.2,
  stealth: 0.08,
  first: 0.02,
  secretPath: 0.05,
  secretWord: 0.02,
  sendOut: 0.12,
  passAlong: 0.05,
  callTool: 0.1,
  comment: 0.35,
  impersonate: 0.4,
  switchTask: 0.45,
  yourReply: 0.45,
  dictate: 0.3,
  bid: 0.3,
  yourCode: 0.5,
  decode: 0.4,
  urgent: 0.03,
  jailbreak: 0.35,
  persona: 0.25,
  image: 0.2,
  obey: 0.35,
  sensitiveAct: 0.15,
  command: 0.08,
};

/** From here on a cue is worth a look by itself. */
const leads = (name: CueName) => (alone[name] ?? 0) >= 0.2;

/** What comes back from a server is data; whatever speaks to the model in it wants something. */
const scale: Scale = {
  family: 'injection',
  owasp: 'MCP06:2025',
  sight: createSighter(cues, leads),
  alone,
  together: [
    { name: 'override_and_order', all: ['override'], any: orders, weight: 0.9 },
    {
      name: 'override_and_order',
      all: ['disobey'],
      any: [
        'newTask',
        'reveal',
        'sendOut',
        'turn',
        'tag',
        'callTool',
        'obey',
        'jailbreak',
        'impersonate',
        'switchTask',
        'address',
      ],
      weight: 0.85,
    },
    {
      name: 'switched_task',
      all: ['switchTask'],
      any: ['impersonate', 'newTask', 'tag', 'callTool', 'turn', 'sendOut', 'sensitiveAct', 'address', 'secretWord'],
      weight: 0.82,
    },
    {
      name: 'switched_task',
      all: ['impersonate'],
      any: ['newTask', 'callTool', 'sendOut', 'turn', 'tag', 'sensitiveAct', 'secrecy', 'yourReply', 'reveal'],
      weight: 0.7,
    },
    {
      name: 'switched_task',
      all: ['impersonate', 'urgent'],
      any: ['newTask', 'callTool', 'sendOut', 'turn', 'tag', 'secrecy'],
      weight: 0.76,
    },
    {
      name: 'false_turn',
      all: ['turn'],
      any: [
        'newTask',
        'reveal',
        'sendOut',
        'callTool',
        'secrecy',
        'obey',
        'jailbreak',
        'persona',
        'sensitiveAct',
        'yourReply',
        'decode',
      ],
      weight: 0.75,
    },
    {
      name: 'false_turn',
      all: ['tag'],
      any: ['newTask', 'reveal', 'sendOut', 'callTool', 'secrecy', 'sensitiveAct', 'yourReply'],
      weight: 0.7,
    },
    {
      name: 'speaks_to_model',
      all: ['address'],
      any: [
        'sendOut',
        'secrecy',
        'reveal',
        'newTask',
        'sensitiveAct',
        'yourReply',
        'obey',
        'persona',
        'decode',
        'stealth',
      ],
      weight: 0.65,
    },
    {
      name: 'speaks_to_model',
      all: ['address', 'urgent'],
      any: ['sendOut', 'secrecy', 'reveal', 'newTask', 'callTool', 'sensitiveAct', 'yourReply', 'obey'],
      weight: 0.75,
    },
    {
      name: 'speaks_to_model',
      all: ['address', 'secrecy'],
      any: ['sendOut', 'callTool', 'secretWord', 'secretPath'],
      weight: 0.85,
    },
    { name: 'secret_kept_from_user', all: ['secrecy', 'sendOut'], weight: 0.75 },
    {
      name: 'secret_kept_from_user',
      all: ['secrecy', 'secretPath'],
      any: ['callTool', 'first', 'sendOut', 'passAlong'],
      weight: 0.8,
    },
    {
      name: 'hidden_order',
      all: ['comment'],
      any: ['address', 'override', 'newTask', 'reveal', 'sendOut', 'yourReply', 'secrecy', 'callTool'],
      weight: 0.75,
    },
    { name: 'jailbreak', all: ['jailbreak', 'persona'], weight: 0.8 },
    { name: 'jailbreak', all: ['newTask', 'persona'], weight: 0.6 },
    {
      name: 'reveals_prompt',
      all: ['reveal'],
      any: ['newTask', 'impersonate', 'switchTask', 'secrecy', 'sendOut'],
      weight: 0.7,
    },
  ],
  near: 700,
};

/** Nobody but an attacker, or a curious user, asks a model for its prompt or to leave its limits. */
const promptScale: Scale = { ...scale, alone: { ...alone, reveal: 0.5, jailbreak: 0.45 } };

/** Finds orders to the model in what a server gives back, and in prompts. */
export const injection: Detector = {
  name: 'injection',
  surfaces: ['tool_result', 'user_prompt'],
  keywords: cues.flatMap(({ name, needs }) => (leads(name) ? needs : [])),
  detect: (prepared, { surface }) => steer(prepared, surface === 'user_prompt' ? promptScale : scale),
};
