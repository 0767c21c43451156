import type { RiskVerdict } from '@kilometers/core/api/risk.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import { type Assessment, type Finding, type OwaspId, owaspMcp } from '@kilometers/core/risk/finding.ts';
import type { Subject } from '@kilometers/core/risk/surfaces.ts';
import { type Filter, pass } from '../pipeline/filter.ts';

export interface RemoteRiskParts {
  /** Sends the body, as it is; undefined while nobody is signed in. */
  readonly send: (body: string, signal: AbortSignal) => Promise<RiskVerdict | undefined>;
  readonly redactor: Redactor;
  /** How long an answer may take. Then what km itself found counts. */
  readonly deadlineMs: number;
  /** Milliseconds; only ever compared with itself. */
  readonly now: () => number;
}

/** Longer ones are judged here alone. The control plane takes 4 MiB. */
const bodyCharsMax = 1_000_000;

/** After so many answers that did not come, nobody waits for the next for a while. */
const failuresMax = 3;
const pauseMs = 30_000;

/** Requests that hold something to judge; their answers too. */
export const remotelyScored: ReadonlySet<string | undefined> = new Set([
  ...['tools/call', 'tools/list', 'prompts/get', 'prompts/list', 'resources/read', 'resources/list'],
  ...['sampling/createMessage', 'elicitation/create'],
]);

/**
 * Has the control plane score a message before the risk engine of km does, which takes the higher of both.
 *
 * It never stops anything by itself: an answer that is late, or does not come, is on record as `unjudged`, and km goes by what
 * it finds itself.
 */
export function remoteRisk({ send, redactor, deadlineMs, now }: RemoteRiskParts): Filter {
  let failures = 0;
  let quietUntil = Number.NEGATIVE_INFINITY;
  const failed = (): void => {
    failures += 1;
    if (failures >= failuresMax) quietUntil = now() + pauseMs;
  };
  return {
    name: 'remote-risk',
    onFailure: 'pass',
    deadlineMs,
    judge({ dir, rpc }, { run, server, asked, signal }) {
      if (rpc === undefined || !remotelyScored.has(rpc.method ?? asked?.method)) return pass;
      if (now() < quietUntil) throw new Error('the control plane does not answer; it is asked again later');
      const body = remoteRiskBody({ dir, rpc, ...(asked && { asked }) }, { run, server }, redactor);
      if (body.length > bodyCharsMax) throw new Error('the message is too long to be sent');
      // An answer that comes too late is told by the signal alone: by then nobody waits for this promise.
      signal.addEventListener('abort', failed, { once: true });
      return send(body, signal)
        .then((verdict) => {
          failures = 0;
          return verdict === undefined ? pass : spoken(verdict);
        })
        .catch((error: unknown) => {
          if (!signal.aborted) failed();
          throw error;
        })
        .finally(() => signal.removeEventListener('abort', failed));
    },
  };
}

/** Exactly what is sent of a message: `POST /api/risk/analyze`, secrets replaced. */
export function remoteRiskBody(
  { dir, rpc, asked }: Subject,
  { run, server }: { readonly run: string; readonly server: string },
  redactor: Pick<Redactor, 'json'>,
): string {
  const question = asked && { method: asked.method, ...(asked.target !== undefined && { target: asked.target }) };
  const session = { run, dir, server, ...(question && { asked: question }) };
  return redactor.json(JSON.stringify({ message: rpc, session })).text;
}

function spoken(verdict: RiskVerdict) {
  const risk = assessmentOf(verdict);
  return { ...pass, reason: `The control plane scores it ${risk.score.toFixed(2)}.`, risk };
}

function assessmentOf({ risk_score, risk_level, recommendation, details }: RiskVerdict): Assessment {
  const score = Math.min(1, Math.max(0, risk_score));
  return { score, level: risk_level, recommendation, findings: details.slice(0, findingsMax).map(findingOf) };
}

const findingsMax = 50;

/** Where it stands is not told: what was sent is not what is here. */
function findingOf({ rule, reason, weight, owasp = '' }: RiskVerdict['details'][number]): Finding {
  const known = owasp in owaspMcp ? (owasp as OwaspId) : 'MCP10:2025';
  return { rule, reason, weight, owasp: known, evidence: '', at: { pointer: '', start: 0, end: 0 } };
}
