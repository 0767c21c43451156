import { pathToFileURL } from 'node:url';
import { type Finding, type OwaspId, owaspMcp } from '@kilometers/core/risk/finding.ts';
import type { Item } from './judge-listing.ts';
import type { Scan, ServerReport } from './report.ts';

/**
 * The scan as SARIF 2.1.0, which code hosts and editors show: a result a finding, placed at the server's line in the
 * configuration file.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function scanSarif({ servers, faults }: Scan, version: string): object {
  const results = servers.flatMap((server) => server.items.flatMap((item) => resultsOf(server, item)));
  const notStarted = servers.flatMap(({ name, state }) =>
    'why' in state && state.kind !== 'skipped' ? [`${name}: ${state.why}`] : [],
  );
  const told = [...faults.map(({ fault }) => fault), ...notStarted];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'km', version, rules: rulesOf(results) } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: told.map((text) => ({ level: 'warning', message: { text } })),
          },
        ],
        results: results.map(({ finding, ...result }) => result),
      },
    ],
  };
}

interface Result {
  /** Taken out before it is written. */
  readonly finding: Finding;
  readonly ruleId: string;
}

function resultsOf({ name: server, file, line }: ServerReport, { kind, name, assessment }: Item): Result[] {
  return assessment.findings.map((finding) => {
    const { rule, owasp, weight, reason, evidence, at } = finding;
    const place = `${server}/${kind}/${name}`;
    return {
      finding,
      ruleId: rule,
      level: levelOf(weight),
      message: { text: `${kind} ${name} of the MCP server ${server}: ${reason}` },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: pathToFileURL(file).href }, region: { startLine: line } },
          logicalLocations: [{ fullyQualifiedName: `${place}${at.pointer}`, kind: 'member' }],
        },
      ],
      // Two runs tell the same finding by this, also when a line above it was added.
      partialFingerprints: { 'place/v1': `${place}${at.pointer}#${rule}` },
      properties: { score: weight, owasp, evidence },
    };
  });
}

function levelOf(weight: number): 'error' | 'warning' | 'note' {
  if (weight >= 0.7) return 'error';
  return weight >= 0.4 ? 'warning' : 'note';
}

function rulesOf(results: readonly Result[]): object[] {
  const rules = new Map(results.map(({ ruleId, finding }) => [ruleId, finding.owasp]));
  return [...rules].map(([id, owasp]: [string, OwaspId]) => ({
    id,
    shortDescription: { text: `${id}: ${owaspMcp[owasp]}` },
    helpUri: 'https://owasp.org/www-project-mcp-top-10/',
    properties: { tags: ['security', owasp] },
  }));
}
