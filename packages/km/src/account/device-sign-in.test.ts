import { expect, test } from 'vitest';
import { openApiClient } from './api-client.ts';
import { signInByDevice } from './device-sign-in.ts';

const apiKey = `km_live_${'k'.repeat(43)}`;
const started = {
  device_code: 'd'.repeat(40),
  user_code: 'BCDF-GHJK',
  verification_uri: 'https://plane.example/device',
  verification_uri_complete: 'https://plane.example/device?code=BCDF-GHJK',
  expires_in: 600,
  interval: 5,
};
const approved = { jwt: 'a.b.c', expires_in: 900, refresh_token: 'r', api_key: apiKey };

/** A control plane that answers the polls one after the other, the last again and again; and a clock that only pauses move. */
function device(...answers: (string | object)[]) {
  const clock = { now: 0 };
  const polledAt: number[] = [];
  const shown: string[] = [];
  const client = openApiClient({
    apiUrl: 'https://plane.example',
    async send({ url }) {
      if (url.pathname.endsWith('start')) return { status: 200, headers: {}, text: JSON.stringify(started) };
      const answer = answers[Math.min(polledAt.length, answers.length - 1)];
      polledAt.push(clock.now / 1_000);
      if (answer === 'no network') throw new Error('no network');
      const isProblem = typeof answer === 'string';
      return {
        status: isProblem ? 400 : 200,
        headers: {},
        text: JSON.stringify(isProblem ? { code: answer } : answer),
      };
    },
  });
  const signIn = () =>
    signInByDevice({
      ...{ client, name: 'km', now: () => clock.now },
      show: (page, code) => shown.push(page, code),
      pause: async (ms) => {
        clock.now += ms;
      },
    });
  return { signIn, polledAt, shown };
}

test('the page and the code are shown, and the key comes once somebody has approved', async () => {
  const { signIn, polledAt, shown } = device('authorization_pending', 'authorization_pending', approved);
  const { apiKey: key, grant } = await signIn();
  expect([key.reveal(), grant.jwt.reveal(), grant.refreshToken?.reveal()]).toEqual([apiKey, 'a.b.c', 'r']);
  expect(shown).toEqual([started.verification_uri_complete, 'BCDF-GHJK']);
  expect(polledAt).toEqual([5, 10, 15]);
});

test('who is told to slow down, or does not get through, asks less often from then on', async () => {
  const { signIn, polledAt } = device('slow_down', 'no network', approved);
  await signIn();
  expect(polledAt).toEqual([5, 15, 30]);
});

test.each([
  ['access_denied', 'refused in the browser'],
  ['expired_token', 'in time'],
])('%s ends it', async (problem, words) => {
  await expect(device(problem).signIn()).rejects.toMatchObject({
    code: 'account.cancelled',
    message: expect.stringContaining(words),
  });
});

test('a code that nobody approves is not asked about for ever', async () => {
  const { signIn, polledAt } = device('authorization_pending');
  await expect(signIn()).rejects.toMatchObject({ code: 'account.cancelled' });
  expect(polledAt.at(-1)).toBeLessThan(600);
});
