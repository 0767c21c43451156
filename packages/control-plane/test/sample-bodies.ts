const launch = { command: 'node', args: ['server.mjs'], metadata: { cwd: 'here' } };
const inSession = {
  message: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'run', arguments: { command: 'ls' } } },
  session: { run: 'run-1', dir: 'c2s', server: 'files', asked: { method: 'tools/call', target: 'run' } },
};

/** An event that has every member. */
const event = {
  ...{ id: 'run-1:1', kind: 'exchange', ts: '2026-07-28T11:59:00Z', run: 'run-1', session: 'a session' },
  ...{ server: 'files', client: { name: 'a client', version: '1' }, protocol: '2025-06-18', dir: 'c2s' },
  ...{ method: 'tools/call', tool: 'read', ms: 12, wait_ms: 1, bytes_in: 10, bytes_out: 20, status: 'ok' },
  ...{ error_code: 1, outcome: 'forwarded', risk: 0.5, tags: { team: 'web' }, name: 'custom', km: '0.1.0' },
  findings: [{ rule: 'a.rule', owasp: 'MCP01:2025', weight: 0.5, reason: 'A reason.' }],
  by: [{ by: 'judge', verdict: 'pass', reason: 'Harmless.' }],
  fields: { a: 'field' },
  content: { request: 'text' },
};

/** Bodies that are right, by operation: what attacks begin with. */
export const sampleBodies: Readonly<Record<string, readonly object[]>> = {
  exchangeKey: [{ api_key: 'km_live_x' }, { ApiKey: 'km_live_x' }],
  refreshTokens: [{ refresh_token: 'kmr_that_is_no_token_at_all' }],
  startDeviceSignIn: [{ client_name: 'a laptop' }],
  pollDeviceSignIn: [{ device_code: 'kmd_that_is_no_code_at_all' }],
  decideDevice: [{ approve: true }],
  signInByLink: [{ token: 'kml_that_is_no_token_at_all' }],
  ingestEvents: [{ events: [event, { ...event, id: 'run-1:2' }] }],
  analyzeRisk: [launch, inSession],
  judgeFinding: [{ state: 'confirmed' }],
  changeOrganisation: [
    {
      name: 'Acme',
      retention_days: 90,
      sso: { issuer: 'https://id.test', client_id: 'km', client_secret: 'secret', domains: ['acme.test'] },
    },
  ],
  addMember: [{ email: 'new@acme.test', role: 'viewer' }],
  changeMember: [{ role: 'viewer' }],
  createKey: [{ name: 'a key', mode: 'live' }],
  createPolicy: [{ policy: 'version: 1\nrules: []\n', note: 'a note', activate: false }],
};
