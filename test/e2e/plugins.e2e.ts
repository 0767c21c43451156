import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeHome, messages, monitor, runKm, testServer } from './start-km.ts';

const pro = { KM_DEFAULT_TIER: 'pro' };

/** A call through a km that has one plugin; what came back, and what is on record of the call. */
async function through(body: string, onFailure: 'pass' | 'block', deadlineMs = 20_000) {
  const home = makeHome();
  const file = path.join(home, 'mine.ts');
  writeFileSync(
    file,
    `export default { apiVersion: 1, name: 'mine', onFailure: '${onFailure}', deadlineMs: ${deadlineMs},
       wants: { dir: 'c2s', methods: ['tools/call'] }, judge(message: unknown) { ${body} } };`,
  );
  expect(await runKm(['plugin', 'add', file], { home })).toMatchObject({ status: 0 });
  const run = monitor(testServer('echoes'), { home, env: pro });
  run.finish(
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}\n{"jsonrpc":"2.0","id":2,"method":"ping"}\n',
  );
  const status = await run.status;
  const [call] = messages(home, 'c2s');
  return { status, out: run.out.text, call };
}

const failures = [
  ['throws', 'throw new Error("oh");', /failed: oh/],
  ['never answers', 'for (;;) {}', /no verdict within 500 ms/],
  ['answers nonsense', 'return { kind: "maybe" };', /no verdict$/],
] as const;

test.each(failures)(
  'a plugin that %s: the record says unjudged, its author decides, the session lives',
  async (_, body, reason) => {
    for (const onFailure of ['pass', 'block'] as const) {
      const { status, out, call } = await through(body, onFailure, body.startsWith('for') ? 500 : undefined);
      expect(status).toBe(0);
      expect(out).toContain('"ping"');
      const unjudged = expect.objectContaining({
        by: 'plugin:mine',
        verdict: 'unjudged',
        reason: expect.stringMatching(reason),
      });
      expect(call?.by).toEqual(expect.arrayContaining([unjudged]));
      expect(call?.outcome).toBe(onFailure === 'pass' ? 'forwarded' : 'answered');
    }
  },
);

test('a plugin that stops a call stops it in km', async () => {
  const { call } = await through('return { kind: "block", reason: "Not here." };', 'pass');
  expect(call).toMatchObject({
    outcome: 'answered',
    by: [{ by: 'plugin:mine', verdict: 'block', reason: 'Not here.' }],
  });
});
