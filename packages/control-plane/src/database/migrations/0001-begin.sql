-- Organisations, people, keys. Secrets stand here only as hashes, or sealed with the server's own key.

create table organisations (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  tier text not null default 'team',
  retention_days int not null default 90,
  sso jsonb,
  active_policy int,
  created_at timestamptz not null default now()
);

create table users (
  id uuid primary key default gen_random_uuid(),
  email text not null unique,
  name text,
  created_at timestamptz not null default now()
);

create table members (
  org_id uuid not null references organisations on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('owner', 'admin', 'analyst', 'viewer')),
  added_at timestamptz not null default now(),
  last_seen timestamptz,
  primary key (org_id, user_id)
);
create index on members (user_id);

create table sign_in_links (
  token_hash bytea primary key,
  org_id uuid not null references organisations on delete cascade,
  user_id uuid not null references users on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table browser_sessions (
  token_hash bytea primary key,
  org_id uuid not null references organisations on delete cascade,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table sso_states (
  state_hash bytea primary key,
  org_id uuid not null references organisations on delete cascade,
  verifier text not null,
  nonce text not null,
  expires_at timestamptz not null
);

create table api_keys (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organisations on delete cascade,
  name text not null,
  prefix text not null,
  key_hash bytea not null unique,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  last_used timestamptz,
  revoked_at timestamptz
);
create index on api_keys (org_id, created_at desc);

create table refresh_tokens (
  token_hash bytea primary key,
  family uuid not null,
  key_id uuid not null references api_keys on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index on refresh_tokens (family);
create index on refresh_tokens (expires_at);

create table device_codes (
  code_hash bytea primary key,
  user_code text not null unique,
  client_name text,
  address text not null,
  asked_at timestamptz not null default now(),
  expires_at timestamptz not null,
  interval_seconds int not null,
  last_poll timestamptz,
  state text not null default 'pending' check (state in ('pending', 'approved', 'denied', 'taken')),
  org_id uuid references organisations on delete cascade,
  user_id uuid references users on delete cascade
);
create index on device_codes (expires_at);

create table signing_keys (
  kid text primary key,
  public_jwk jsonb not null,
  private_sealed bytea not null,
  created_at timestamptz not null default now(),
  retires_at timestamptz not null
);

-- Rate limits that hold across replicas: when the next request of a key would be due, were they evenly spread.
create unlogged table rate_limits (
  key text primary key,
  due timestamptz not null
);

create table policies (
  org_id uuid not null references organisations on delete cascade,
  version int not null,
  text text not null,
  note text,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  primary key (org_id, version)
);

create table audit (
  org_id uuid not null references organisations on delete cascade,
  seq bigint not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  target text,
  details jsonb not null,
  prev text not null,
  hash text not null,
  primary key (org_id, seq)
);
create rule audit_is_not_changed as on update to audit do instead nothing;
