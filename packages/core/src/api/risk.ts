import * as v from 'valibot';
import { riskLevels } from '../risk/finding.ts';
import { described } from './common.ts';
import { operation } from './operation.ts';

const Text = v.pipe(v.string(), v.maxLength(1_000_000));

/** A command that is about to be started. */
const Launch = v.looseObject({
  command: Text,
  args: v.pipe(v.array(Text), v.maxLength(1_000)),
  metadata: v.optional(v.looseObject({})),
});

/** A message of a session; redacted by km before it is sent. */
const InSession = v.looseObject({
  message: v.looseObject({}),
  session: v.looseObject({
    run: v.string(),
    dir: v.picklist(['c2s', 's2c']),
    server: v.optional(v.string()),
    asked: v.optional(v.looseObject({ method: v.string(), target: v.optional(v.string()) })),
  }),
});

export const RiskVerdict = v.looseObject({
  risk_score: described(v.number(), 'From 0 to 1.'),
  risk_level: v.picklist(riskLevels),
  recommendation: v.picklist(['allow', 'review', 'block']),
  details: v.array(
    v.looseObject({ rule: v.string(), reason: v.string(), weight: v.number(), owasp: v.optional(v.string()) }),
  ),
  suggested_transform: v.nullable(
    described(
      v.looseObject({ pointer: v.string(), text: v.string() }),
      'A safer text for the string at the JSON pointer.',
    ),
  ),
});
export type RiskVerdict = v.InferOutput<typeof RiskVerdict>;

export const analyzeRisk = operation({
  id: 'analyzeRisk',
  method: 'POST',
  path: '/api/risk/analyze',
  summary: 'Scores a launch command or a message',
  needs: 'risk:analyze',
  body: v.union([Launch, InSession]),
  bodyBytesMax: 4 * 1024 * 1024,
  answer: { status: 200, schema: RiskVerdict },
  problems: ['tier.insufficient', 'request.too-large'],
});
