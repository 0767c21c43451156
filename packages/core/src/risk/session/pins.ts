import type { Finding } from '../finding.ts';
import { changedMembers, define, definitionHash, type ListedTool, toolsIn } from './listed-tools.ts';
import { type Definition, type KnownTool, stateOf, type ToolState } from './memory.ts';
import { callIn, type Sense, type SenseParts, shown, sighted } from './sense.ts';

export interface Pins extends Sense {
  /** Of a tool as it is listed, or of the one that goes by a name. */
  stateOf(tool: string | ListedTool): ToolState;
}

/** A pin that was not seen for so long is written anew, so that others know that the tool is still there. */
const refreshAfterMs = 7 * 24 * 3_600_000;

/**
 * Pins each tool at first sight, and finds those that have changed since, until a person approves the change.
 *
 * A change that the server announces is a change all the same, and a tool that was away is compared with what it was.
 */
export function pins(parts: SenseParts): Pins {
  const { memory, keep, now, server } = parts;
  /** Hash of what this session's client was last shown. */
  const listed = new Map<string, string>();
  const hashes = new WeakMap<ListedTool, string>();
  let isListComplete = false;

  const hashOf = (tool: ListedTool): string => {
    const hash = hashes.get(tool) ?? definitionHash(tool, parts.hash);
    hashes.set(tool, hash);
    return hash;
  };
  const lookAtCall = (name: string): readonly Finding[] => {
    const known = memory.tool(server, name);
    const hash = listed.get(name) ?? known?.latest.hash;
    if (hash === undefined || (isListComplete && !listed.has(name))) return isListComplete ? [unlisted(name)] : [];
    const latest = known?.latest.hash === hash ? known.latest : undefined;
    return judged(known, hash, () => latest, '/params/name');
  };
  return {
    stateOf(tool) {
      const name = typeof tool === 'string' ? tool : tool.name;
      const known = memory.tool(server, name);
      const hash = typeof tool === 'string' ? (listed.get(name) ?? known?.latest.hash) : hashOf(tool);
      return hash === undefined ? 'new' : stateOf(known, hash);
    },
    look(subject) {
      const call = callIn(subject);
      if (call) return lookAtCall(call.tool);
      return (toolsIn(subject)?.tools ?? []).flatMap(({ tool, pointer }) => {
        return judged(memory.tool(server, tool.name), hashOf(tool), () => define(tool, parts), pointer);
      });
    },
    // Also what was stopped: a change has to be known to be approved.
    learn(subject) {
      const page = toolsIn(subject);
      if (page === undefined) return;
      for (const { tool } of page.tools) {
        const hash = hashOf(tool);
        const known = memory.tool(server, tool.name);
        listed.set(tool.name, hash);
        if (known?.latest.hash === hash && now() - known.at < refreshAfterMs) continue;
        keep({ kind: 'tool', server, tool: tool.name, ...define(tool, parts), at: now() });
      }
      isListComplete ||= page.isLast;
    },
  };
}

/** @param seen What the tool now is; undefined where that is not at hand. */
function judged(
  known: KnownTool | undefined,
  hash: string,
  seen: () => Definition | undefined,
  pointer: string,
): Finding[] {
  const state = stateOf(known, hash);
  if (known === undefined || (state !== 'changed' && state !== 'rejected')) return [];
  const latest = seen();
  const members = latest === undefined ? [] : changedMembers(known.pin, latest);
  const evidence = members.join(', ');
  if (state === 'rejected') {
    const reason = `The tool ${shown(known.tool)} was rejected on this machine.`;
    return [sighted(pointer, { rule: 'tools.rejected', owasp: 'MCP03:2025', weight: 0.95, reason, evidence })];
  }
  const what = evidence === '' ? 'It' : `Its ${evidence}`;
  const reason = `The tool ${shown(known.tool)} is not what it was when it was first seen. ${what} changed, and nobody has approved that.`;
  return [sighted(pointer, { rule: 'tools.changed', owasp: 'MCP03:2025', weight: 0.9, reason, evidence })];
}

function unlisted(tool: string): Finding {
  const reason = `The server has not listed a tool ${shown(tool)} in this session.`;
  const sight = { rule: 'tools.unlisted', owasp: 'MCP09:2025', weight: 0.2, reason, evidence: shown(tool) } as const;
  return sighted('/params/name', sight);
}
