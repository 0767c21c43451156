-- A batch takes its numbers at once. Within a transaction they still ascend, and only there does their order count.
alter sequence events_seq_seq cache 500;

-- Asked once for a statement, and not for each row: a plain call is not remembered.
do $$
declare
  name text;
begin
  foreach name in array array[
    'members', 'api_keys', 'policies', 'audit', 'events', 'runs', 'findings', 'dimensions', 'rollups', 'latencies', 'quotas'
  ] loop
    execute format(
      'alter policy own on %I using (org_id = (select current_setting(''km.org'')::uuid)) with check (org_id = (select current_setting(''km.org'')::uuid))',
      name
    );
  end loop;
end $$;
