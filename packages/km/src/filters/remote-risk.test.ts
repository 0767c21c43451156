import type { RiskVerdict } from '@kilometers/core/api/risk.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import { expect, test } from 'vitest';
import { Message, type Rpc } from '../message/message.ts';
import { type Asked, isStopped } from '../pipeline/filter.ts';
import { settle } from '../pipeline/settle.ts';
import { type RemoteRiskParts, remoteRisk } from './remote-risk.ts';

const high: RiskVerdict = {
  risk_score: 0.93,
  risk_level: 'critical',
  recommendation: 'block',
  details: [{ rule: 'command.destructive', reason: 'It deletes.', weight: 0.93, owasp: 'MCP05:2025' }],
  suggested_transform: null,
};
const token = `ghp_${'a1B2'.repeat(9)}`;
const call: Rpc = { id: 1, method: 'tools/call', params: { name: 'run', arguments: { command: `x ${token}` } } };

/** The filter by itself on the bench, as in a run. */
function judged(parts: Partial<RemoteRiskParts> & Pick<RemoteRiskParts, 'send'>) {
  const filter = remoteRisk({ redactor: createRedactor(), deadlineMs: 1_000, now: () => 0, ...parts });
  return async (rpc: Rpc, asked?: Asked) => {
    const head = Buffer.from(JSON.stringify(rpc));
    const message = new Message(asked ? 's2c' : 'c2s', { head, bytes: head.length }, 0, 0);
    const facts = { run: 'r', session: 's', server: 'files' };
    const bench = { judges: [filter], facts, asked: () => asked, rewrite: (one: Message) => one };
    return settle(message, bench as unknown as Parameters<typeof settle>[1]); // What this filter needs of it.
  };
}

test('what the control plane finds is handed on, and on record', async () => {
  const { risk, decisions } = await judged({ send: async () => high })(call);
  expect(decisions).toEqual([{ by: 'remote-risk', verdict: 'pass', reason: 'The control plane scores it 0.93.' }]);
  expect(risk).toMatchObject({ score: 0.93, findings: [{ rule: 'command.destructive', owasp: 'MCP05:2025' }] });
});

test('secrets are not sent, nor what is only protocol', async () => {
  const sent: string[] = [];
  const judge = judged({
    send: async (body) => {
      sent.push(body);
      return high;
    },
  });
  await judge(call);
  await judge({ id: 1, result: { content: [] } }, { method: 'tools/call', target: 'run', allowed: ['a rule'] });
  await judge({ id: 2, method: 'initialize', params: { clientInfo: { name: 'c' } } });
  await judge({ method: 'notifications/initialized' });
  expect(sent.map((body) => JSON.parse(body))).toEqual([
    {
      message: { ...call, params: { name: 'run', arguments: { command: 'x [redacted:github-token]' } } },
      session: { run: 'r', dir: 'c2s', server: 'files' },
    },
    {
      message: { id: 1, result: { content: [] } },
      session: { run: 'r', dir: 's2c', server: 'files', asked: { method: 'tools/call', target: 'run' } },
    },
  ]);
});

test('an answer that does not come in time is on record as unjudged, and stops nothing', async () => {
  const judge = judged({ send: () => new Promise(() => {}), deadlineMs: 1 });
  const settled = await judge(call);
  expect(settled).toMatchObject({
    kind: 'pass',
    decisions: [{ by: 'remote-risk', verdict: 'unjudged', reason: 'no verdict within 1 ms' }],
  });
  expect(isStopped({ outcome: 'forwarded', decisions: settled.decisions })).toBe(false);
});

test('a control plane that does not answer is left alone for a while, and then asked again', async () => {
  let now = 0;
  let asked = 0;
  const judge = judged({
    now: () => now,
    send: async () => {
      asked += 1;
      throw new Error('The control plane cannot be reached.');
    },
  });
  for (let n = 0; n < 5; n++) await judge(call);
  expect(asked).toBe(3);
  expect((await judge(call)).decisions[0]?.reason).toMatch(/does not answer; it is asked again later/);
  now = 30_000;
  await judge(call);
  expect(asked).toBe(4);
});

test('while nobody is signed in nothing is said', async () => {
  expect((await judged({ send: async () => undefined })(call)).decisions).toEqual([]);
});
