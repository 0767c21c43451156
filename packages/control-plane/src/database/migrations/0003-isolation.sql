-- What is done for one organisation runs as km_app, who sees the rows of that organisation only.

do $$ begin
  if not exists (select from pg_roles where rolname = 'km_app') then
    create role km_app nologin;
  end if;
exception when duplicate_object or unique_violation then null; -- Roles are the whole server's: another database was quicker.
end $$;
do $$ begin
  execute format('grant km_app to %I', current_user);
exception when others then null; -- A superuser needs no grant, and one to oneself is refused.
end $$;

grant usage on schema public to km_app;

do $$
declare
  name text;
begin
  foreach name in array array[
    'members', 'api_keys', 'policies', 'audit', 'events', 'runs', 'findings', 'dimensions', 'rollups', 'latencies', 'quotas'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format(
      'create policy own on %I to km_app using (org_id = current_setting(''km.org'')::uuid) with check (org_id = current_setting(''km.org'')::uuid)',
      name
    );
    execute format('grant select, insert, update, delete on %I to km_app', name);
  end loop;
end $$;
revoke update, delete on audit from km_app;

alter table organisations enable row level security;
create policy own on organisations to km_app using (id = current_setting('km.org')::uuid);
grant select, update on organisations to km_app;

alter table users enable row level security;
create policy own on users to km_app
  using (exists (select from members where members.user_id = users.id and members.org_id = current_setting('km.org')::uuid));
grant select on users to km_app;
grant usage on all sequences in schema public to km_app;
