import { type Finding, owaspMcp } from '@kilometers/core/risk/finding.ts';
import type { Item } from './judge-listing.ts';
import { type Scan, type ServerReport, type ServerState, worstOf } from './report.ts';

/**
 * The scan for people.
 *
 * @param plain Makes a text of a server harmless to a terminal.
 */
export function scanText({ servers, faults }: Scan, plain: (text: string) => string): string {
  const lines: string[] = [];
  let file = '';
  for (const server of servers) {
    if (server.file !== file) lines.push(...(file === '' ? [] : ['']), `${server.client}  ${plain(server.file)}`);
    file = server.file;
    lines.push(...serverLines(server, plain));
  }
  if (faults.length > 0) lines.push('', ...faults.map(({ fault }) => plain(fault)));
  return `${[...lines, ...(lines.length > 0 ? [''] : []), countLine(servers)].join('\n')}\n`;
}

function serverLines(server: ServerReport, plain: (text: string) => string): string[] {
  const { score, level } = worstOf(server);
  const verdict = score > 0 ? `${level} ${score.toFixed(2)}` : server.state.kind === 'listed' ? 'nothing found' : '';
  const head = `  ${plain(server.name)}  ${[stateText(server.state), verdict].filter((part) => part !== '').join('  ')}`;
  const faults = server.state.kind === 'listed' ? server.state.faults.map((fault) => `    ${plain(fault)}`) : [];
  return [plain(head), ...faults, ...server.items.flatMap((item) => itemLines(item, plain))];
}

function stateText(state: ServerState): string {
  if (state.kind !== 'listed') return `${state.kind}: ${state.why}`;
  const { tools, prompts, resources, resourceTemplates } = state.counts;
  const counts = [
    count(tools, 'tool'),
    ...(prompts > 0 ? [count(prompts, 'prompt')] : []),
    ...(resources + resourceTemplates > 0 ? [count(resources + resourceTemplates, 'resource')] : []),
  ];
  return counts.join(', ');
}

function itemLines({ kind, name, assessment }: Item, plain: (text: string) => string): string[] {
  const title = `    ${kind} ${name}  ${assessment.level} ${assessment.score.toFixed(2)}`;
  return [plain(title), ...assessment.findings.flatMap((finding) => findingLines(finding, plain))];
}

function findingLines(
  { rule, owasp, weight, reason, at, evidence }: Finding,
  plain: (text: string) => string,
): string[] {
  const place = at.pointer === '' ? '' : `  ${at.pointer}`;
  const lines = [
    `      ${weight.toFixed(2)}  ${rule}${place}`,
    `            ${reason} (${owasp.slice(0, 5)} ${owaspMcp[owasp]})`,
    ...(evidence === '' ? [] : [`            “${evidence}”`]),
  ];
  return lines.map(plain);
}

function countLine(servers: readonly ServerReport[]): string {
  if (servers.length === 0) return 'No configured MCP server was found.';
  const of = (kind: ServerState['kind']) => servers.filter(({ state }) => state.kind === kind).length;
  const found = servers.filter((server) => worstOf(server).score > 0).length;
  const parts = [
    `${count(servers.length, 'server')}: ${found} with findings`,
    ...(of('refused') > 0 ? [`${of('refused')} not started because of its command`] : []),
    ...(of('failed') > 0 ? [`${of('failed')} failed`] : []),
    ...(of('skipped') > 0 ? [`${of('skipped')} skipped`] : []),
  ];
  return `${parts.join(', ')}.`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
