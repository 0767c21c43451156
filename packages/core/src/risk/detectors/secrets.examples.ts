import type { Examples } from '../detector.ts';

// Put together here, so that no scanner of repositories takes them for secrets of ours.
const random = 'q7Zk2VbX9mLw4RtY8sHd3JfG6pNc5AeU0iQoB1xT';
const hexadecimal = '3f9a1c7e5b2d8046';
const privateKey = `-----BEGIN ${'OPENSSH'} PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA${random}\n-----END`;

export const secretExamples: Examples = {
  caught: [
    { surface: 'tool_args', text: `Use ${'ghp'}_${random.slice(0, 36)} for it`, key: 'message' },
    { surface: 'tool_args', text: `${'AKIA'}Q3ZK7VBX2MLW4RTY`, key: 'value' },
    { surface: 'tool_args', text: privateKey, key: 'content' },
    { surface: 'tool_args', text: `DB_PASSWORD=Tr0ub4dor-and-3`, key: 'body' },
    { surface: 'tool_args', text: `postgres://app:${random.slice(0, 12)}@db.internal/orders`, key: 'dsn' },
    { surface: 'tool_args', text: `figd_${random}`, key: 'note' },
    { surface: 'secret_text', text: `PULUMI_ACCESS_TOKEN=pul-${hexadecimal}${hexadecimal}${hexadecimal.slice(0, 8)}` },
    { surface: 'secret_text', text: `curl -u anna:${random.slice(0, 10)} https://files.example.org` },
    { surface: 'secret_text', text: `curl -H "X-Api-Key: ${random.slice(0, 24)}" https://api.example.org` },
    { surface: 'secret_text', text: `stripe_api_key = "${random.slice(0, 32)}"` },
    { surface: 'secret_text', text: `clientSecret: '${random.slice(3, 33)}',` },
    { surface: 'secret_text', text: `{"type": "service_account", "project_id": "shop"}` },
    { surface: 'secret_text', text: `tskey-auth-${random.slice(0, 12)}-${random.slice(5, 30)}` },
    { surface: 'secret_text', text: 'PuTTY-User-Key-File-3: ssh-ed25519' },
  ],
  innocent: [
    { surface: 'tool_args', text: 'Sort by key, then by token count.', key: 'query' },
    { surface: 'tool_args', text: 'password: required, at least 12 characters', key: 'text' },
    { surface: 'secret_text', text: 'export API_KEY=<your-api-key>' },
    { surface: 'secret_text', text: 'token: {{ secrets.GITHUB_TOKEN }}' },
    { surface: 'secret_text', text: 'aws_access_key: AKIAIOSFODNN7EXAMPLE' },
    { surface: 'secret_text', text: `ghp_${'x'.repeat(36)}` },
    { surface: 'secret_text', text: 'apiKey: os.environ.STRIPE_SECRET_KEY' },
    { surface: 'secret_text', text: 'curl -u "$USER:$PASSWORD" https://api.example.org' },
    { surface: 'secret_text', text: 'curl -u user:password https://api.example.org' },
    { surface: 'secret_text', text: `commit ${hexadecimal}${hexadecimal}${hexadecimal.slice(0, 8)}` },
    { surface: 'secret_text', text: 'primary_key = "customer_id"' },
    { surface: 'secret_text', text: 'https://user:$(PASSWORD)@example.org/repo.git' },
    { surface: 'tool_result', text: `"nextPageToken": "${random}"` },
  ],
};
