-- Telemetry. Events are partitioned by the day they began, so that old ones are dropped and not deleted; a partition is
-- made when its first event comes. An event's id and day are its key: what is sent twice counts once. `tx` is the
-- transaction that brought it: by it a live feed goes on where it was without missing what is committed out of order.

create table events (
  org_id uuid not null,
  day date not null,
  id text not null,
  seq bigint generated always as identity,
  tx bigint not null default (pg_current_xact_id()::text)::bigint,
  ts timestamptz not null,
  run text not null,
  kind text not null,
  body jsonb not null,
  primary key (org_id, day, id)
) partition by range (day);
create index on events (org_id, run, ts desc);
create index on events (org_id, tx desc, seq desc);

create table runs (
  org_id uuid not null,
  run text not null,
  session text,
  server text,
  client text,
  first_at timestamptz not null,
  last_at timestamptz not null,
  calls bigint not null default 0,
  errors bigint not null default 0,
  blocked bigint not null default 0,
  max_risk double precision,
  primary key (org_id, run)
);
create index on runs (org_id, last_at desc, run);

create table findings (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  at timestamptz not null,
  event_id text not null,
  run text not null,
  server text,
  tool text,
  rule text not null,
  owasp text,
  weight double precision,
  reason text,
  outcome text,
  state text not null default 'open',
  primary key (org_id, id)
);
create index on findings (org_id, at desc, id);
create index on findings (org_id, rule, at desc);

-- What figures are told apart by. Few, because a tool belongs to one server and a tag to one set-up.
create table dimensions (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  key text not null,
  server text,
  method text,
  tool text,
  client text,
  tags jsonb not null,
  unique (org_id, key)
);

-- Roll-ups by hour and by day. Each batch adds rows of its own, so that no two wait for each other; upkeep sums them up.
create table rollups (
  org_id uuid not null,
  grain text not null check (grain in ('hour', 'day')),
  t timestamptz not null,
  dimension bigint not null,
  calls bigint not null,
  errors bigint not null,
  tool_errors bigint not null,
  unanswered bigint not null,
  noted bigint not null,
  high bigint not null,
  blocked bigint not null,
  changed bigint not null,
  bytes_in bigint not null,
  bytes_out bigint not null,
  ms_sum double precision not null
);
create index on rollups (org_id, grain, t);

create table latencies (
  org_id uuid not null,
  grain text not null check (grain in ('hour', 'day')),
  t timestamptz not null,
  dimension bigint not null,
  bin smallint not null,
  n bigint not null
);
create index on latencies (org_id, grain, t);

create table quotas (
  org_id uuid not null,
  month date not null,
  events bigint not null default 0,
  primary key (org_id, month)
);
