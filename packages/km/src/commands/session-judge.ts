import type { Engine } from '@kilometers/core/risk/assess.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import type { Subject } from '@kilometers/core/risk/surfaces.ts';
import type { Judged } from './risk-item.ts';

/** Requests that wait for their answer; an answer to an older one is judged like that of an unknown tool. */
const openMax = 10_000;

/** Judges items as the messages of one session: what one teaches, the next are judged by. */
export function sessionJudge(engine: Engine): (item: Judged) => Assessment {
  const open = new Map<string, Subject['asked']>();
  const paired = (subject: Subject): Subject => {
    const { dir, rpc } = subject;
    const { id, method } = rpc;
    if (id === undefined || id === null) return subject;
    if (method !== undefined) {
      if (open.size >= openMax) open.delete(open.keys().next().value as string); // It has a first key: it is full.
      open.set(keyOf(dir, id), { method, ...targetOf(rpc.params) });
      return subject;
    }
    const key = keyOf(dir === 's2c' ? 'c2s' : 's2c', id);
    const asked = subject.asked ?? open.get(key);
    open.delete(key);
    return asked === undefined ? subject : { ...subject, asked };
  };
  return (item) => {
    if (item.kind === 'text') return engine.assessText(item.passage);
    const subject = paired(item.subject);
    const assessment = engine.assess(subject);
    engine.learn(subject, assessment, true);
    return assessment;
  };
}

/** Both ends count from 1, and `1` is not `"1"`. */
const keyOf = (dir: Subject['dir'], id: string | number): string => `${dir} ${JSON.stringify(id)}`;

/** The tool, prompt or resource that a request names. */
function targetOf(params: unknown): { target?: string } {
  if (typeof params !== 'object' || params === null) return {};
  const { name, uri } = params as { name?: unknown; uri?: unknown };
  const target = [name, uri].find((one) => typeof one === 'string');
  return target === undefined ? {} : { target: String(target) };
}
