import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type PackedModel, unpack } from '../packages/core/src/risk/model/model.ts';
import { type Lesson, randomFrom, train } from '../packages/core/src/risk/model/train.ts';
import { prepare } from '../packages/core/src/risk/text/prepare.ts';
import { generateLessons } from './risk/generate-lessons.ts';

const help = `Trains the model beside the risk rules and writes its weights and manifest.

  npm run risk:train -- --data DIR [--seed N] [--dry-run]

DIR holds labelled texts (.jsonl). Only sources named in scripts/risk-train.ts are learned from: those under MIT or Apache-2.0.
Beside them: made-up lessons, and the READMEs of the installed packages that are under these licences.`;

/**
 * Sources to learn from, and their licence. All others are left out; so is cse-pi-multilingual: there are no ordinary texts in
 * its languages, and a model would learn the languages.
 */
const licences: Readonly<Record<string, string>> = {
  bfcl: 'Apache-2.0',
  'docker-mcp-registry': 'MIT',
  'mcpproxy-corpus-v1': 'MIT',
  'mcpproxy-detect': 'MIT',
  'mcpproxy-security': 'MIT',
  mcpsecbench: 'MIT',
  dvmcp: 'MIT',
  msb: 'MIT',
  'msb-base': 'MIT',
  'cisco-remote': 'Apache-2.0',
  'cisco-yara-tests': 'Apache-2.0',
  bipia: 'MIT',
  'bipia-context': 'MIT',
  'package-readme': 'MIT or Apache-2.0',
  'tau2-docs': 'MIT',
  'tau2-policy': 'MIT',
  'cse-pi': 'MIT',
};

interface Row {
  readonly source: string;
  readonly category: string;
  readonly surface: string;
  readonly label: number;
  readonly text: string;
}

type Kind = 'description' | 'result';
const surfacesOf = { description: ['tool_description', 'server_description'], result: ['tool_result'] } as const;
const generatedMax = 3_000;
const folder = fileURLToPath(new URL('../packages/core/src/risk/model/', import.meta.url));

function main(): void {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      seed: { type: 'string' },
      'dry-run': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true || values.data === undefined) {
    console.log(help);
    process.exitCode = values.help === true ? 0 : 1;
    return;
  }
  const seed = Number(values.seed ?? 1);
  const rows = [...readRows(values.data), ...packageReadmes()];
  const description = learn('description', rows, seed);
  const result = learn('result', rows, seed);
  if (values['dry-run'] === true) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'weights.ts'), weightsFile(description.model, result.model));
  const manifest = {
    seed,
    made: new Date().toISOString().slice(0, 10),
    description: description.facts,
    result: result.facts,
  };
  writeFileSync(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function readRows(data: string): readonly Row[] {
  const names = readdirSync(data)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  return names.flatMap((name) =>
    readFileSync(path.join(data, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row),
  );
}

const readmeChars = 1_500;

/** Prose about programs is what tools give back most; the packages that this one is built with bring plenty. */
function packageReadmes(): readonly Row[] {
  const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));
  const names = readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(path.join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  return names.sort().flatMap((name) => {
    const text = readmeOf(path.join(modules, name));
    const parts = Array.from({ length: Math.ceil(text.length / readmeChars) }, (_, index) =>
      text.slice(index * readmeChars, (index + 1) * readmeChars),
    );
    return parts.slice(0, 12).map(
      (part): Row => ({
        source: 'package-readme',
        category: name,
        surface: 'tool_result',
        label: 0,
        text: part,
      }),
    );
  });
}

function readmeOf(folder: string): string {
  try {
    const { license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { license?: unknown };
    if (license !== 'MIT' && license !== 'Apache-2.0') return '';
    const name = readdirSync(folder).find((file) => /^readme\.md$/i.test(file));
    return name === undefined ? '' : readFileSync(path.join(folder, name), 'utf8');
  } catch {
    return ''; // No package: a cache, or a link to one of ours.
  }
}

function learn(kind: Kind, rows: readonly Row[], seed: number) {
  const wanted = rows.filter(
    ({ surface, label }) =>
      (surfacesOf[kind] as readonly string[]).includes(surface) ||
      (kind === 'result' && label === 0 && surface === 'tool_description'),
  );
  const taken = wanted.filter(isTaken);
  const lessons = taken.map(
    ({ text, label, source }): Lesson => ({ plain: prepare(text).plain, isAttack: label === 1, source }),
  );
  const left = new Map<string, number>();
  for (const row of wanted) if (!isTaken(row)) left.set(row.source, (left.get(row.source) ?? 0) + 1);
  console.log(
    `${kind}: ${lessons.length} texts taken, ${wanted.length - taken.length} left out (${[...left].map(([source, count]) => `${source} ${count}`).join(', ')})`,
  );
  const unseen = leaveOneOut(kind, lessons, seed);
  for (const { source, attacks, recallAt1Percent } of unseen)
    console.log(`  without ${source}: ${recallAt1Percent} of ${attacks} found at 1 %`);
  const model = trainOn(kind, lessons, seed);
  const sources = [...new Set(lessons.map(({ source }) => source))].sort().map((source) => {
    const own = lessons.filter((lesson) => lesson.source === source);
    return {
      source,
      licence: licences[source],
      attacks: own.filter(({ isAttack }) => isAttack).length,
      ordinary: own.filter(({ isAttack }) => !isAttack).length,
    };
  });
  return { model, facts: { sources, generated: 2 * generatedMax, unseen } };
}

/** Openly offensive tools are not poisoned ones, and a copied tool under another name is worded like the original. */
function isTaken({ source, category, label, surface }: Row): boolean {
  if (licences[source] === undefined) return false;
  if (label === 0) return true;
  if (source === 'cisco-remote') return false;
  return source !== 'msb' || surface === 'tool_result' || category === 'prompt_injection';
}

/** A fifth of the ordinary texts, chosen by their content, is held back for the thresholds. */
function trainOn(kind: Kind, lessons: readonly Lesson[], seed: number): PackedModel {
  const held = lessons.filter((lesson) => !lesson.isAttack && isHeld(lesson));
  const learned = lessons.filter((lesson) => lesson.isAttack || !isHeld(lesson));
  const hosts = learned.filter(({ isAttack }) => !isAttack).map(({ plain }) => plain);
  return train([...learned, ...generateLessons(kind, hosts, generatedMax, randomFrom(seed))], held, seed);
}

const isHeld = ({ plain }: Lesson) =>
  [...plain.slice(0, 400)].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 5 === 0;

/** What a model that never saw a source finds of its attacks. */
function leaveOneOut(kind: Kind, lessons: readonly Lesson[], seed: number) {
  const sources = [...new Set(lessons.filter(({ isAttack }) => isAttack).map(({ source }) => source))].sort();
  return sources.map((source) => {
    // Of one origin: what is left out with it would else be learned from its sister.
    const family = source.split('-')[0] as string;
    const model = trainOn(
      kind,
      lessons.filter((lesson) => !lesson.source.startsWith(family)),
      seed,
    );
    const { logit } = unpack(model);
    const attacks = lessons.filter((lesson) => lesson.isAttack && lesson.source === source);
    const found = attacks.filter(({ plain }) => logit(plain) >= model.at1Percent).length;
    return { source, attacks: attacks.length, recallAt1Percent: Number((found / attacks.length).toFixed(3)) };
  });
}

function weightsFile(description: PackedModel, result: PackedModel): string {
  return `import type { PackedModels } from './model.ts';

/** Written by \`npm run risk:train\`; manifest.json says from what. */
export const weights: PackedModels = ${JSON.stringify({ description, result }, null, 2)};
`;
}

main();
