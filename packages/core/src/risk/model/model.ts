import type { Detector } from '../detector.ts';
import type { OwaspId } from '../finding.ts';
import type { Surface } from '../passage.ts';
import { chunksOf, featuresMax, featuresOf } from './features.ts';

/** A logistic regression over hashed words, as it is kept: one signed byte a weight, in base64. */
export interface PackedModel {
  readonly weights: string;
  /** What one unit of a weight stands for. */
  readonly scale: number;
  readonly bias: number;
  /** Logit that 1 % of the ordinary texts held back from training reach, and 0.1 %. */
  readonly at1Percent: number;
  readonly at01Percent: number;
}

export interface Model {
  /** Log-odds that the worst stretch of the text is an attack. */
  logit(plain: string): number;
}

export interface PackedModels {
  readonly description: PackedModel;
  readonly result: PackedModel;
}

/** The most the model says by itself: a second look at a description, and less than that at a result. */
const weightMax = { description: 0.5, result: 0.35 } as const;
const weightMin = 0.15;

/** The learned second opinion beside the rules: one detector for descriptions, one for results. */
export function modelDetectors(models: PackedModels): readonly Detector[] {
  return [
    modelDetector(
      'model-poison',
      'poison',
      'MCP03:2025',
      'tool_description',
      models.description,
      weightMax.description,
    ),
    modelDetector('model-injection', 'injection', 'MCP06:2025', 'tool_result', models.result, weightMax.result),
  ];
}

function modelDetector(
  name: string,
  what: string,
  owasp: OwaspId,
  surface: Surface,
  packed: PackedModel,
  most: number,
): Detector {
  let model: Model | undefined;
  return {
    name,
    surfaces: [surface],
    keywords: addressing,
    detect({ plain, text }) {
      if (plain.length < charsMin) return [];
      model ??= unpack(packed);
      const weight = weightOf(model.logit(plain), packed, most);
      if (weight === 0) return [];
      const reason = `The learned model finds it worded like ${what === 'poison' ? 'a poisoned description' : 'an injected order'}.`;
      return [{ rule: `model.${what}`, owasp, weight, reason, start: 0, end: text.length }];
    },
  };
}

/** What is not said to anybody need not be read twice: most tables, code and data. */
const addressing = [
  'you',
  'please',
  'must',
  'ignor',
  'instruct',
  'task',
  'assist',
  'system',
  'import',
  'tool',
  'call',
  'send',
  'user',
  'tell',
  'before',
  'always',
  'never',
  'add ',
  'read',
  'file',
  'password',
  'secret',
  'key',
  'model',
  'agent',
  'also',
  'answer',
  'repl',
  'respon',
  'code',
];

/** Too little for a model to tell anything. */
const charsMin = 24;

/** Rises from where one ordinary text in a hundred is to where one in a thousand is, and a little on. */
function weightOf(logit: number, { at1Percent, at01Percent }: PackedModel, most: number): number {
  if (logit < at1Percent) return 0;
  const way = (logit - at1Percent) / Math.max(at01Percent - at1Percent, 0.1);
  return Math.round((weightMin + (most - weightMin) * Math.min(1, way / 1.5)) * 1_000) / 1_000;
}

export function unpack({ weights: packed, scale, bias }: PackedModel): Model {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const weights = new Int8Array(bytes.buffer);
  if (weights.length !== featuresMax) throw new Error(`A model of ${weights.length} weights does not fit.`);
  return {
    logit(plain) {
      return chunksOf(plain).reduce((worst, chunk) => {
        const features = featuresOf(chunk);
        let sum = 0;
        for (const feature of features) sum += weights[feature] as number;
        return Math.max(worst, bias + (sum * scale) / Math.sqrt(features.length + 8));
      }, Number.NEGATIVE_INFINITY);
    },
  };
}
