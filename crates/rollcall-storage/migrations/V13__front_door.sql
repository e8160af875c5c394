-- When a receiver of security events last took some, or asked; when it last could not, and why. What is in
-- the way now stands in `problem`.
alter table security_event_stream add column told_at text;
alter table security_event_stream add column failed_at text;
alter table security_event_stream add column failure text;

-- Which of its public keys an application last signed with, and when.
alter table oauth_application add column key_used text;
alter table oauth_application add column key_used_at text;
