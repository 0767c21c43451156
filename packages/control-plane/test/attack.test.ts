import { operations } from '@kilometers/core/api/operations.ts';
import { may } from '@kilometers/core/api/roles.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { openApiDocument } from '../src/openapi.ts';
import { attackTexts as allTexts, marker, otherValues, withPrototypeKey } from './attack-texts.ts';
import { sampleBodies } from './sample-bodies.ts';
import { type Answer, openWorld, type World } from './world.ts';
import { type Person, person } from './world-people.ts';

/** All of them on PostgreSQL; on the embedded database, which is slower, every third. */
const attackTexts = inject('postgresUrl') === undefined ? allTexts.filter((_, index) => index % 3 === 0) : allTexts;

let world: World;
let org: string;
let owner: Person;
let jwt: string;
beforeAll(async () => {
  world = await openWorld();
  ({ org, jwt } = await world.organisation());
  owner = await person(world, org, 'owner');
}, 60_000);
beforeEach(() => {
  world.logged.length = 0;
});
afterAll(() => world.close());

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
}

interface Target {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly asKm: boolean;
}

const document = openApiDocument('http://km.test').paths as Record<
  string,
  Record<string, { operationId: string; parameters: Parameter[] }>
>;

/** Every operation of the document. Who signs out has no session left to attack with, and a stream has no end to wait for. */
const targets: readonly Target[] = operations
  .filter(({ id, answer }) => id !== 'signOut' && answer.type !== 'text/event-stream')
  .map(({ id, method, path, needs }) => {
    const { operationId, parameters } = document[path]?.[method.toLowerCase()] ?? { operationId: '', parameters: [] };
    expect(operationId).toBe(id);
    return { id, method, path, parameters, asKm: needs !== 'anyone' && !may('owner', needs) };
  });

const bodiesOf = ({ id }: Target) => sampleBodies[id] ?? [];

/** What a parameter holds that is not under attack. */
const harmless = ({ name }: Parameter) => {
  if (name === 'version') return '1';
  if (name === 'email') return 'somebody@acme.test';
  return name === 'state' ? 'that_is_no_state' : crypto.randomUUID();
};

const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;

interface Sent {
  readonly values?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(
  target: Target,
  { values = {}, body = bodiesOf(target)[0], text, headers = {} }: Sent,
): Promise<Answer> {
  const given = (place: Parameter['in']) =>
    target.parameters
      .filter((one) => one.in === place && (one.required || one.name in values))
      .map((one) => [one.name, encode(values[one.name] ?? harmless(one))] as const);
  const path = given('path').reduce((text, [name, value]) => text.replace(`{${name}}`, value), target.path);
  const query = given('query')
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  // Limits are not what is tried here.
  await world.db.query('delete from rate_limits');
  const place = query === '' ? path : `${path}?${query}`;
  const answer = target.asKm
    ? await world.ask(target.method, place, { jwt, body, headers, ...(text !== undefined && { text }) })
    : await owner.ask(target.method, place, body, { headers, ...(text !== undefined && { text }) });
  holds(target, answer);
  return answer;
}

/** Half of a surrogate pair cannot stand in an address; everything else can. */
const encode = (text: string) => encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\uFFFD'));

const headerNames = new Set([
  ...['content-type', 'km-api', 'x-request-id', 'x-content-type-options', 'cache-control', 'www-authenticate'],
  ...['retry-after', 'location', 'set-cookie', 'etag'],
]);

/** What only an error of ours, a stack or a database would say. */
const leaks =
  /node_modules|\n\s+at |at or near|byte sequence|syntax error|input syntax|relation "|row-level|pglite|Maximum call/i;

function holds({ id }: Target, { status, body, headers }: Answer): void {
  const said = JSON.stringify(body);
  // A provider of single sign-on that is none is not ours to answer for.
  if (id !== 'startSso') expect(status, `${id}: ${said.slice(0, 300)}`).toBeLessThan(500);
  expect(said).not.toMatch(leaks);
  for (const [name, value] of headers) {
    expect(headerNames).toContain(name);
    expect(value.toLowerCase()).not.toContain(marker);
  }
  expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9_.-]{1,64}$/);
  for (const line of world.logged.splice(0)) {
    expect(line).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(line)).not.toHaveProperty('level', 'error');
  }
  expect({}).not.toHaveProperty('polluted');
}

/** The body with another value at each place, one at a time: texts, numbers, lists and objects alike. */
function* variants(body: unknown, value: unknown): Iterable<unknown> {
  if (typeof body !== 'object' || body === null) return;
  for (const [key, one] of Object.entries(body)) {
    const put = (other: unknown) =>
      Array.isArray(body) ? body.map((old, index) => (String(index) === key ? other : old)) : { ...body, [key]: other };
    yield put(value);
    for (const other of variants(one, value)) yield put(other);
  }
}

test('every operation that takes a body is attacked', () => {
  expect(Object.keys(sampleBodies).sort()).toEqual(
    operations
      .filter(({ body }) => body)
      .map(({ id }) => id)
      .sort(),
  );
});

test.each(targets.filter(({ parameters }) => parameters.length > 0))(
  '$id holds out against each text in each parameter',
  async (target) => {
    for (const { name } of target.parameters) {
      for (const text of attackTexts) await send(target, { values: { [name]: text.slice(0, 8_000) } });
    }
  },
  120_000,
);

test.each(targets.filter((target) => bodiesOf(target).length > 0))(
  '$id holds out against each text, and each other value, in each place of its body',
  async (target) => {
    // Events are tried together, below: they are many.
    for (const sample of target.id === 'ingestEvents' ? [] : bodiesOf(target)) {
      for (const value of [...attackTexts, ...otherValues]) {
        for (const body of variants(sample, value)) await send(target, { body });
      }
      await send(target, { body: withPrototypeKey(sample) });
    }
    for (const body of [...otherValues, ...attackTexts]) await send(target, { body });
    for (const text of ['', '{', '[1,]', '{"a":1,"a":2}', '\uFEFF{}', '['.repeat(30_000), deep])
      await send(target, { text });
  },
  300_000,
);

test('a bad event never takes the good one beside it along', async () => {
  const target = targets.find(({ id }) => id === 'ingestEvents') as Target;
  const [{ events }] = sampleBodies.ingestEvents as [{ events: [{ id: string }, object] }];
  let count = 0;
  for (const value of [...attackTexts, ...otherValues]) {
    const bad = [...variants(events[0], value)].map((one) => {
      count += 1;
      return (one as { id: unknown }).id === events[0].id ? { ...(one as object), id: `bad:${count}` } : one;
    });
    const { status, body } = await send(target, { body: [...bad, { ...events[1], id: `good:${count}` }] });
    const { rejected = [] } = body as { rejected?: readonly { index: number }[] };
    expect([status, rejected.some(({ index }) => index === bad.length)], JSON.stringify(body)).toEqual([200, false]);
  }
  const kept = await world.db.query(`select from events where id like 'good:%'`);
  expect(kept).toHaveLength(attackTexts.length + otherValues.length);
}, 120_000);

const headerNamesSent = [
  'X-Request-Id',
  'User-Agent',
  'Last-Event-ID',
  'If-None-Match',
  'X-Forwarded-For',
  'Content-Type',
];
const headerNamesOfCallers = ['Authorization', 'Cookie', 'Origin'];

test.each([...headerNamesSent, ...headerNamesOfCallers])(
  'the header %s carries nothing in',
  async (name) => {
    const values = attackTexts.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 8_000));
    for (const target of targets.filter(({ id }) =>
      ['showAccount', 'fetchPolicy', 'createKey', 'exchangeKey'].includes(id),
    )) {
      for (const value of values) await send(target, { headers: { [name]: value } });
    }
  },
  120_000,
);

test('no JSON whatever is too much for any operation', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...attackTexts.slice(0, -1)));
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  })).value;
  const target = fc.constantFrom(...targets.filter((one) => bodiesOf(one).length > 0));
  await fc.assert(
    fc.asyncProperty(target, json, fc.nat(), async (one, value, place) => {
      const sample = bodiesOf(one)[place % bodiesOf(one).length];
      const all = [...variants(sample, value)];
      await send(one, { body: all[place % all.length] });
    }),
    { numRuns: inject('postgresUrl') === undefined ? 100 : 400 },
  );
}, 120_000);

test('after all that the tables are there, with what was in them', async () => {
  const [row] = await world.db.query<{ n: number }>('select count(*)::int as n from organisations where id = $1', [
    org,
  ]);
  expect(row?.n).toBe(1);
  expect((await owner.ask('GET', '/api/audit')).status).toBe(200);
});
