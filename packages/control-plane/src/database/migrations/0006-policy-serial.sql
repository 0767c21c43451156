-- Rises whenever a policy is put in force, an earlier version too: km takes no policy with a lower one than it has seen.
alter table organisations add column policy_serial bigint not null default 0;
