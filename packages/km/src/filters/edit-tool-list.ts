import type { Assessment } from '@kilometers/core/risk/finding.ts';
import type { ListedTool } from '@kilometers/core/risk/session/listed-tools.ts';
import type { ToolState } from '@kilometers/core/risk/session/memory.ts';
import type { Rpc } from '../message/message.ts';

/** What becomes of tools that a model should not be shown as they are. */
export interface ToolListing {
  /** `risk_analysis.tools`; `pass` only notes. */
  readonly mode: 'mark' | 'hide' | 'pass';
  /** Score from which a tool is marked or hidden (`risk_analysis.threshold`). */
  readonly threshold: number;
  /** Whether a tool is what it was, and whether a person has said so. */
  readonly stateOf: (tool: string | ListedTool) => ToolState;
}

export interface EditedList {
  /** The list as it goes on; undefined when it goes on as it came. */
  readonly rpc: Rpc | undefined;
  /** What was found, for the record; empty when nothing was. */
  readonly what: string;
  readonly hidden: readonly string[];
  readonly shown: readonly string[];
}

type Listed = ListedTool & { readonly description?: unknown };

/** Marks or hides the tools of one page that were found to be poisoned or changed, until a person approves them. */
export function editToolList(rpc: Rpc, risk: Assessment, listing: ToolListing): EditedList {
  const { result } = rpc as { readonly result?: { readonly tools?: unknown; readonly cacheScope?: unknown } };
  const tools = Array.isArray(result?.tools) ? (result.tools as Listed[]) : [];
  const bad = new Map<Listed, string>();
  for (const [index, tool] of tools.entries()) {
    const reason = reasonAgainst(tool, index, risk, listing);
    if (reason !== undefined) bad.set(tool, reason);
  }
  const shown = tools.filter((tool) => !bad.has(tool)).map(({ name }) => name);
  const what = [...bad].map(([{ name }, reason]) => `${name}: ${reason}`).join('; ');
  if (bad.size === 0 || listing.mode === 'pass') return { rpc: undefined, what, hidden: [], shown };
  const hides = listing.mode === 'hide';
  const kept = hides ? tools.filter((tool) => !bad.has(tool)) : tools.map((tool) => marked(tool, bad.get(tool)));
  // What one person is shown is not for a cache that others read (MCP 2026-07-28).
  const scope = result?.cacheScope === undefined ? {} : { cacheScope: 'private' };
  return {
    rpc: { ...rpc, result: { ...result, tools: kept, ...scope } },
    what: `${hides ? 'hidden' : 'marked'}: ${what}`,
    hidden: hides ? [...bad.keys()].map(({ name }) => name) : [],
    shown,
  };
}

function reasonAgainst(
  tool: Listed,
  index: number,
  risk: Assessment,
  { threshold, stateOf }: ToolListing,
): string | undefined {
  const state = stateOf(tool);
  if (state === 'approved') return undefined;
  const place = `/result/tools/${index}`;
  const own = risk.findings.filter(({ at }) => at.pointer === place || at.pointer.startsWith(`${place}/`));
  const safe = own.reduce((product, { weight }) => product * (1 - weight), 1);
  const [heaviest] = own;
  const isBad = state === 'changed' || state === 'rejected' || 1 - safe >= threshold;
  return isBad ? (heaviest?.reason ?? 'It is not what it was when it was first seen.') : undefined;
}

function marked(tool: Listed, reason: string | undefined): Listed {
  if (reason === undefined) return tool;
  const warning = `[Kilometers: do not use this tool. ${reason} Its owner can allow it with \`km tools approve ${tool.name}\`.]`;
  const { description } = tool;
  return { ...tool, description: typeof description === 'string' ? `${warning}\n${description}` : warning };
}
