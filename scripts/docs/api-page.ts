import { operations } from '@kilometers/core/api/operations.ts';
import { problemTable } from '@kilometers/core/api/problem.ts';
import { permissions, roles } from '@kilometers/core/api/roles.ts';
import { openApiDocument } from '../../packages/control-plane/src/openapi.ts';
import { page, table } from './markdown.ts';

/** What can be asked of the control plane, who may, and how it says no. */
export function apiPage(): string {
  const asked = operations.map(({ method, path, summary, needs }) => [
    `\`${method} ${path}\``,
    summary,
    `\`${needs}\``,
  ]);
  const callers = ['km', ...roles] as const;
  const allowed = Object.entries(permissions).map(([permission, who]) => [
    `\`${permission}\``,
    ...callers.map((caller) => ((who as readonly string[]).includes(caller) ? 'yes' : '')),
  ]);
  const problems = Object.entries(problemTable).map(([code, { status, title }]) => [
    `\`${code}\``,
    String(status),
    title,
  ]);
  const sections = [
    'Errors are problem documents (RFC 9457). Every answer carries `Km-Api: 1`; within a version only additions come, so pass over',
    'what you do not know. The whole contract is in [openapi.json](openapi.json), which the server also answers at `/api/openapi.json`.',
    '',
    '## Operations',
    '',
    table(['operation', 'what', 'needs'], asked),
    '## Who may do what',
    '',
    '`km` is a km that an API key let in; the others are roles of people.',
    '',
    table(['permission', ...callers], allowed),
    '## Problems',
    '',
    table(['code', 'status', 'means'], problems),
  ];
  return page('The API of the control plane', 'the contract in packages/core/src/api', sections.join('\n'));
}

/** The contract for tools. */
export function openApiJson(): string {
  return `${JSON.stringify(openApiDocument('https://km.example.org'), null, 2)}\n`;
}
