-- Where a person wanted to go when they were sent to sign in: a path of this server.
alter table sso_states add column next text not null default '/';
