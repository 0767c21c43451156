import { describe, expect, test } from 'vitest';
import { createRedactor } from './redact.ts';

const redactor = createRedactor();
const alphabet = 'aB3dE5fG7hJ9kLmN2pQrS4tUvW6xYz8';
// Put together here, so that no scanner takes this file for a leak.
const chars = (length: number, of = alphabet) =>
  Array.from({ length }, (_, index) => of[(index * 7) % of.length]).join('');
const hex = (length: number) => chars(length, '0123456789abcdef');
const upper = (length: number) => chars(length, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
const jwt = (...parts: number[]) => parts.map((length, index) => (index < 2 ? 'eyJ' : '') + chars(length)).join('.');
const dashes = '-'.repeat(5);
const pem = (kind: string, end = true) =>
  `${dashes}BEGIN ${kind}PRIVATE KEY${dashes}\n${chars(64)}\n${chars(40)}==\n${end ? `${dashes}END ${kind}PRIVATE KEY${dashes}` : ''}`;

interface Known {
  readonly secrets: readonly string[];
  /** What looks alike and is none. */
  readonly others: readonly string[];
}

const known: Readonly<Record<string, Known>> = {
  'private-key': {
    secrets: [pem('RSA '), pem('').replaceAll('\n', '\\n'), pem('OPENSSH ', false)],
    others: [
      `${dashes}BEGIN PUBLIC KEY${dashes}\n${chars(64)}\n${dashes}END PUBLIC KEY${dashes}`,
      `A file that begins with ${dashes}BEGIN PRIVATE KEY${dashes} is a key.`,
      `${dashes}BEGIN CERTIFICATE${dashes}\n${chars(64)}`,
    ],
  },
  jwt: {
    secrets: [jwt(20, 30, 43), `${jwt(17, 200, 86)}`, `eyJ${chars(30)}..${chars(16)}`.replace('..', `.${chars(40)}.`)],
    others: [jwt(20, 30), `eyJ${chars(40)}`, `Hey${jwt(20, 30, 43)}`],
  },
  'aws-access-key': {
    secrets: [`AKIA${upper(16)}`, `ASIA${upper(16)}`, `ABIA${upper(16)}`],
    others: [`AKIA${upper(15)}`, `AKIA${upper(17)}`, `XAKIA${upper(16)}`],
  },
  'github-token': {
    secrets: [`ghp_${chars(36)}`, `ghs_${chars(36)}`, `gho_${chars(36)}`, `github_pat_${chars(22)}_${chars(59)}`],
    others: [`ghp_${chars(20)}`, `ghx_${chars(36)}`, `xghp_${chars(36)}`, 'github_path_to_some_place_or_other'],
  },
  'gitlab-token': {
    secrets: [`glpat-${chars(20)}`, `gldt-${chars(20)}`, `glptt-${hex(40)}`],
    others: [`glpat-${chars(10)}`, `glxyz-${chars(20)}`, `eglpat-${chars(20)}`],
  },
  'slack-token': {
    secrets: [`xoxb-123456789012-${chars(24)}`, `xoxp-${chars(30)}`, `xapp-1-A0-${chars(20)}`],
    others: ['xoxb-short', `xoxz-${chars(24)}`, `foxoxb-${chars(24)}`],
  },
  'slack-webhook': {
    secrets: ['services', 'workflows', 'triggers'].map(
      (part) => `https://hooks.slack.com/${part}/T00/B00/${chars(24)}`,
    ),
    others: [
      'https://hooks.slack.com/services/T00',
      'https://slack.com/services/',
      `https://hooks.slack.org/${chars(24)}`,
    ],
  },
  'stripe-key': {
    secrets: [`sk_live_${chars(24)}`, `rk_live_${chars(24)}`, `whsec_${chars(32)}`],
    others: [`pk_live_${chars(24)}`, 'sk_live_short', `task_live_${chars(24)}`],
  },
  'anthropic-key': {
    secrets: [`sk-ant-api03-${chars(93)}`, `sk-ant-admin01-${chars(40)}`, `sk-ant-${chars(16)}`],
    others: ['sk-ant-short', `task-ant-${chars(20)}`, `sk_ant_${chars(20)}`],
  },
  'openai-key': {
    secrets: [`sk-${chars(48)}`, `sk-proj-${chars(40)}`, `sk-svcacct-${chars(40)}`],
    others: [`sk-${chars(10)}`, `task-${chars(48)}`, 'sk-learn-is-a-library-for-machine-learning'],
  },
  'google-api-key': {
    secrets: [`AIza${chars(35)}`, `AIzaSy${chars(33)}`, `AIza-${chars(34)}`],
    others: [`AIza${chars(20)}`, `AIza${chars(40)}`, `bAIza${chars(35)}`],
  },
  'google-oauth': {
    secrets: [`GOCSPX-${chars(28)}`, `ya29.${chars(60)}`, `ya29.a0${chars(30)}`],
    others: ['GOCSPX-short', 'ya29.short', `kaya29.${chars(30)}`],
  },
  'npm-token': {
    secrets: [36, 36, 40].map((length, index) => `npm_${chars(length + index)}`),
    others: ['npm_config_registry', `npm_${chars(20)}`, `pnpm_${chars(36)}`],
  },
  'huggingface-token': {
    secrets: [34, 37, 30].map((length) => `hf_${chars(length)}`),
    others: ['hf_hub_download', `hf_${chars(12)}`, `shf_${chars(34)}`],
  },
  'km-key': {
    secrets: [`km_live_${chars(24)}`, `km_test_${chars(24)}`, `km_live_${chars(8)}`],
    others: ['km_live_x', `km_prod_${chars(24)}`, `dkm_live_${chars(24)}`],
  },
  'pypi-token': {
    secrets: [50, 80, 160].map((length) => `pypi-AgEIcHlwaS5vcmc${chars(length)}`),
    others: ['pypi-AgEI', `pypi-${chars(60)}`, `xpypi-AgE${chars(60)}`],
  },
  'docker-token': {
    secrets: [`dckr_pat_${chars(27)}`, `dckr_oat_${chars(32)}`, `dckr_pat_${chars(20)}`],
    others: ['dckr_pat_short', `dckr_xat_${chars(27)}`, `adckr_pat_${chars(27)}`],
  },
  'digitalocean-token': {
    secrets: ['dop', 'doo', 'dor'].map((kind) => `${kind}_v1_${hex(64)}`),
    others: [`dop_v1_${hex(20)}`, `dox_v1_${hex(64)}`, 'dop_v1_'],
  },
  'sendgrid-key': {
    secrets: [22, 20, 30].map((length) => `SG.${chars(length)}.${chars(43)}`),
    others: ['SG.short.short', `SG.${chars(22)}`, `MSG.${chars(22)}.${chars(43)}`],
  },
  'shopify-token': {
    secrets: ['shpat', 'shpca', 'shpss'].map((kind) => `${kind}_${hex(32)}`),
    others: [`shpat_${hex(12)}`, `shpxx_${hex(32)}`, 'shpat_is_a_prefix'],
  },
  'atlassian-token': {
    secrets: [60, 100, 180].map((length) => `ATATT3xFf${chars(length)}`),
    others: ['ATATT3', `ATATT2${chars(60)}`, `XATATT3${chars(60)}`],
  },
  'vault-token': {
    secrets: [`hvs.${chars(24)}`, `hvb.${chars(90)}`, `hvs.CAES${chars(80)}`],
    others: ['hvs.short', `hvx.${chars(30)}`, `ahvs.${chars(30)}`],
  },
  'groq-key': {
    secrets: [52, 40, 60].map((length) => `gsk_${chars(length)}`),
    others: ['gsk_short', `gsx_${chars(52)}`, `agsk_${chars(52)}`],
  },
  'linear-key': {
    secrets: [40, 32, 48].map((length) => `lin_api_${chars(length)}`),
    others: ['lin_api_short', `lin_app_${chars(40)}`, `plin_api_${chars(40)}`],
  },
  'notion-token': {
    secrets: [46, 40, 50].map((length) => `ntn_${chars(length)}`),
    others: ['ntn_short', `ntx_${chars(46)}`, `antn_${chars(46)}`],
  },
  'grafana-token': {
    secrets: [`glsa_${chars(32)}_${hex(8)}`, `glc_${chars(60)}`, `glsa_${chars(41)}`],
    others: ['glsa_short', `glxx_${chars(40)}`, `aglsa_${chars(40)}`],
  },
  'databricks-token': {
    secrets: [`dapi${hex(32)}`, `dapi${hex(32)}-2`, `"dapi${hex(32)}"`],
    others: [`dapi${hex(20)}`, `dapi${hex(40)}`, `xdapi${hex(32)}`],
  },
  'age-key': {
    secrets: [58, 50, 60].map((length) => `AGE-SECRET-KEY-1${upper(length)}`),
    others: ['AGE-SECRET-KEY-1', `AGE-PUBLIC-KEY-1${upper(58)}`, `PAGE-SECRET-KEY-1${upper(58)}`],
  },
  'azure-key': {
    secrets: [
      `AccountName=a;AccountKey=${chars(86)}==;EndpointSuffix=core.windows.net`,
      `SharedAccessKeyName=r;SharedAccessKey=${chars(43)}=`,
      `https://a.blob.core.windows.net/c?sv=2022&sig=${chars(43)}%3D`,
    ],
    others: ['AccountKey=', 'AccountKeyName=root-manage-shared-access-key-name', `?sign=${chars(43)}`],
  },
  'url-password': {
    secrets: ['postgres://me:pa55@db/x', 'https://u:p@host', 'redis://:s3cret@cache:6379', 'https:\\/\\/u:p@host'],
    others: ['https://host:8080/me@x', 'https://me@host/', 'https://host/a:b@c', 'mailto:a@b'],
  },
  authorization: {
    secrets: [
      `Authorization: Basic ${chars(12)}`,
      `authorization: token ${chars(20)}`,
      `"Authorization": "Digest ${chars(9)}"`,
    ],
    others: ['Authorization: Basic', 'authorization basic setup', 'The authorization: see basic rules'],
  },
  'bearer-token': {
    secrets: [`Bearer ${chars(20)}`, `use bearer ${chars(40)} here`, `BEARER ${chars(32)}=`],
    others: ['Bearer authentication-is-required-here', 'Bearer abc123', `forbearer ${chars(30)}`],
  },
};

const positives = Object.entries(known).flatMap(([name, { secrets }]) => secrets.map((secret) => ({ name, secret })));
const negatives = Object.entries(known).flatMap(([name, { others }]) => others.map((other) => ({ name, other })));

describe('known formats', () => {
  test.each(positives)('$name is replaced: $secret', ({ name, secret }) => {
    const { text, count } = redactor.text(`before ${secret} after`);
    expect(text).toContain(`[redacted:${name}]`);
    expect(count).toBe(1);
    expect(text.startsWith('before ')).toBe(true);
  });

  test.each(positives)('$name is suspected before it is looked for: $secret', ({ secret }) => {
    expect(redactor.may(`before ${secret} after`)).toBe(true);
    expect(redactor.may(secret)).toBe(true);
    expect(redactor.mayBytes(new TextEncoder().encode(JSON.stringify({ x: secret })))).toBe(true);
  });

  test.each(positives)('$name is replaced within JSON, which stays JSON: $secret', ({ name, secret }) => {
    const source = JSON.stringify({ n: 1, list: [`before ${secret} after`], other: 'kept' });
    const { text, count } = redactor.json(source);
    expect(count).toBe(1);
    expect(JSON.parse(text)).toMatchObject({
      n: 1,
      list: [expect.stringContaining(`[redacted:${name}]`)],
      other: 'kept',
    });
  });

  test.each(negatives)('no $name: $other', ({ other }) => {
    expect(redactor.text(`before ${other} after`)).toEqual({ text: `before ${other} after`, count: 0 });
  });
});

const secretFields: [string, string][] = [
  ['password', 'hunter2'],
  ['DB_PASSWORD', 'x'],
  ['client_secret', 'abc'],
  ['clientSecret', 'abc'],
  ['x-api-key', 'abc'],
  ['apiKey', 'abc'],
  ['access_token', 'abc'],
  ['refreshToken', 'abc'],
  ['private_key', 'abc'],
  ['Authorization', 'Basic abc'],
  ['passwd', 'abc'],
  ['GITHUB_TOKEN', 'abc'],
];

test.each(secretFields)('the value under %s is replaced, in JSON and in text', (name, value) => {
  const inJson = `{"a":[1.0,{"${name}" : "${value}","b":"${value} kept"}]}`;
  expect(redactor.may(inJson)).toBe(true);
  const clean = redactor.json(inJson);
  expect(JSON.parse(clean.text).a[1]).toEqual({
    [name]: expect.stringMatching(/^\[redacted:[a-z0-9-]+\]$/),
    b: `${value} kept`,
  });
  expect(clean.text.startsWith(`{"a":[1.0,{"${name}" : `)).toBe(true);
});

test.each([
  'progressToken',
  'nextPageToken',
  'max_tokens',
  'nextCursor',
  'secretName',
  'passwordPolicy',
  'tokens',
  'keyboard',
  'primary_key',
])('the value under %s is kept', (name) => {
  const source = `{"params":{"_meta":{"${name}":"abcdefghij"}}}`;
  expect(redactor.json(source)).toEqual({ text: source, count: 0 });
  expect(redactor.may(source)).toBe(false);
});

test('a schema that describes a password keeps its description', () => {
  const source = '{"properties":{"password":{"type":"string","description":"Your password"}},"required":["password"]}';
  expect(redactor.json(source)).toEqual({ text: source, count: 0 });
});

test('assignments within text are replaced, prose is not', () => {
  const redacted = (text: string) => redactor.text(text).text;
  expect(redacted('PGPASSWORD=hunter2 psql')).toBe('PGPASSWORD=[redacted:password] psql');
  expect(redacted('--api-key=abcdef1 x')).toBe('--api-key=[redacted:key] x');
  expect(redacted('{"password":"hunter2"}')).toBe('{"password":"[redacted:password]"}');
  expect(redacted('{\\"password\\":\\"hunter2\\"}')).toBe('{\\"password\\":\\"[redacted:password]\\"}');
  expect(redacted("password = 'hunter2'")).toBe("password = '[redacted:password]'");
  expect(redacted('password: hunter2')).toBe('password: [redacted:password]');
  for (const prose of [
    'password: required',
    'the secret: none',
    'token=$TOKEN',
    'primary_key=abcdef',
    'a password field',
  ]) {
    expect(redacted(prose)).toBe(prose);
  }
});

test('a secret after its option and beside its name is replaced', () => {
  const { text } = redactor.json(
    '{"command":["npx","x","--api-key","abc","--port","80"],"h":{"name":"Authorization","value":"abc"}}',
  );
  expect(JSON.parse(text)).toEqual({
    command: ['npx', 'x', '--api-key', '[redacted:api-key]', '--port', '80'],
    h: { name: 'Authorization', value: '[redacted:authorization]' },
  });
});

test('a secret written in escapes is found and no escape is split', () => {
  const token = `ghp_${chars(36)}`;
  const hidden = `{"a":"\\u0067hp_${chars(36)}\\n\\ud83d\\ude00","b":"\\u00e9"}`;
  expect(redactor.may(hidden)).toBe(true);
  expect(redactor.json(hidden).text).toBe('{"a":"[redacted:github-token]\\n😀","b":"\\u00e9"}');
  const nested = JSON.stringify({ a: JSON.stringify({ b: token }).replace('ghp', '\\u0067hp') });
  expect(redactor.json(nested).count).toBe(1);
  expect(redactor.text(hidden.slice(0, -4)).count).toBe(1);
});

test('escapes that other languages write anyway raise no suspicion', () => {
  expect(redactor.may('{"html":"\\u003cb\\u003e \\u0026 \\u0027x\\u0027 \\u00e9 \\u2028"}')).toBe(false);
});

test('what is not redacted stays byte for byte', () => {
  const source = ` {"n":1.50e+01,"big":12345678901234567890,"s":"\\/ \\u00e9","password":"p" ,"x":[ ]}\r`;
  expect(redactor.json(source).text).toBe(source.replace('"p"', '"[redacted:password]"'));
});

test('numbers under a secret name go, others keep their spelling', () => {
  expect(redactor.json('{"password":123456,"id":1.0}').text).toBe('{"password":"[redacted:password]","id":1.0}');
});

test('redacting twice changes nothing more', () => {
  const once = redactor.json(JSON.stringify({ password: 'x', t: `ghp_${chars(36)}`, u: 'a://b:c@d' })).text;
  expect(redactor.json(once)).toEqual({ text: once, count: 0 });
});

test('JSON that is cut off or broken is redacted as far as it goes', () => {
  for (const source of ['{"password":"hunter2', '{"a":[{"password":"hunter2"}]}]}', '"\\']) {
    expect(redactor.json(source).text).not.toContain('hunter2');
  }
});

test('personal data is replaced only when asked for', () => {
  const personal = createRedactor({ personal: true });
  const samples: [string, string][] = [
    ['email', 'ada@example.org'],
    ['card', '4111 1111 1111 1111'],
    ['iban', 'DE89 3704 0044 0532 0130 00'],
    ['ssn', '123-45-6789'],
    ['phone', '+44 20 7946 0958'],
  ];
  for (const [name, sample] of samples) {
    expect(personal.text(`x ${sample} y`).text).toBe(`x [redacted:${name}] y`);
    expect(redactor.text(`x ${sample} y`).count).toBe(0);
  }
  for (const other of [
    '4111 1111 1111 1112',
    '000-45-6789',
    'a@b',
    '2026-11-22',
    '1700000000000',
    'v1.2.3',
    '192.168.100.200',
  ]) {
    expect(personal.text(`x ${other} y`)).toEqual({ text: `x ${other} y`, count: 0 });
  }
});

test('names and patterns can be added', () => {
  const more = createRedactor({ keys: ['employee_id'], patterns: ['ACME-\\d{6}'] });
  expect(more.json('{"employeeId":"7","note":"ACME-123456"}')).toEqual({
    text: '{"employeeId":"[redacted:employeeid]","note":"[redacted:custom]"}',
    count: 2,
  });
  expect(() => createRedactor({ patterns: ['(a+)+$'] })).toThrow(/for ever/);
});
