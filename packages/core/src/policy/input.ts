import type { Assessment } from '../risk/finding.ts';
import type { Subject } from '../risk/surfaces.ts';
import type { PolicyInput } from './policy.ts';

/** A message and its surroundings, as whoever holds it knows them. */
export interface Situation extends Subject {
  readonly session: PolicyInput['session'];
  readonly server: PolicyInput['server'];
  readonly risk: Assessment;
  /** What is known of the tool beside its name. */
  readonly tool?: Omit<NonNullable<PolicyInput['tool']>, 'name'>;
}

/** What rules may look at, of one JSON-RPC message. */
export function policyInput({ dir, rpc, asked, session, server, risk, tool }: Situation): PolicyInput {
  const params = isObject(rpc.params) ? rpc.params : {};
  const isCall = rpc.method === 'tools/call';
  const name = isCall ? params.name : asked?.method === 'tools/call' ? asked.target : undefined;
  return {
    kind: kindOf(rpc),
    dir,
    method: rpc.method ?? asked?.method ?? '',
    message: rpc,
    session,
    server,
    risk,
    ...(typeof name === 'string' && { tool: { ...tool, name } }),
    ...(isCall && params.arguments !== undefined && { args: params.arguments }),
  };
}

function kindOf({ id, method }: Subject['rpc']): PolicyInput['kind'] {
  if (method === undefined) return 'response';
  return id === undefined ? 'notification' : 'request';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
