import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { combine } from '@kilometers/core/risk/combine.ts';
import type { Finding } from '@kilometers/core/risk/finding.ts';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import type { Scan } from './report.ts';
import { scanSarif } from './sarif.ts';

/** The schema of SARIF 2.1.0, from a package of the people who make the format. It is of a draft in which `$id` was `id`. */
function schemaOfSarif(): object {
  const file = import.meta.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const { $schema, id, ...schema } = JSON.parse(readFileSync(new URL(file), 'utf8'));
  return schema;
}

const finding: Finding = {
  rule: 'poison.secrecy',
  owasp: 'MCP03:2025',
  weight: 0.85,
  reason: 'Tells the model to hide something.',
  evidence: 'do not mention',
  at: { pointer: '/description', start: 3, end: 17 },
};
const file = path.resolve('/home/x/mcp.json');
const at = { client: 'Cursor', file, line: 4 };
const counts = { tools: 1, prompts: 0, resources: 0, resourceTemplates: 0 };

const scan: Scan = {
  servers: [
    {
      ...{ ...at, name: 'notes', state: { kind: 'listed', counts, faults: [] } },
      items: [
        { kind: 'tool', name: 'add', assessment: combine([finding, { ...finding, rule: 'poison.mild', weight: 0.4 }]) },
      ],
    },
    { ...at, name: 'lost', state: { kind: 'failed', why: 'The program lost was not found.' }, items: [] },
    { ...at, name: 'far', state: { kind: 'skipped', why: 'servers with a URL are not asked' }, items: [] },
  ],
  faults: [{ file: 'a.json', fault: 'a.json, line 1: a value is wanted.' }],
};

const isValid = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schemaOfSarif());

test.each([scan, { servers: [], faults: [] }])('what is written is SARIF 2.1.0', (one) => {
  isValid(scanSarif(one, '1.2.3'));
  expect(isValid.errors).toBe(null);
  expect(isValid({ version: '2.1.0', runs: [{ results: [{}] }] })).toBe(false);
});

test('a finding is a result at the line of its server, with its rule and its place', () => {
  const { runs } = scanSarif(scan, '1.2.3') as { runs: [{ results: unknown[]; tool: object; invocations: object[] }] };
  const [{ results, tool, invocations }] = runs;
  expect(results).toHaveLength(2);
  expect(results[0]).toMatchObject({
    ruleId: 'poison.secrecy',
    level: 'error',
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: pathToFileURL(file).href }, region: { startLine: 4 } },
        logicalLocations: [{ fullyQualifiedName: 'notes/tool/add/description' }],
      },
    ],
  });
  expect(results[1]).toMatchObject({ ruleId: 'poison.mild', level: 'warning' });
  expect(tool).toMatchObject({ driver: { rules: [{ id: 'poison.secrecy' }, { id: 'poison.mild' }] } });
  expect(invocations).toMatchObject([
    {
      toolExecutionNotifications: [
        { message: { text: 'a.json, line 1: a value is wanted.' } },
        { message: { text: 'lost: The program lost was not found.' } },
      ],
    },
  ]);
});
