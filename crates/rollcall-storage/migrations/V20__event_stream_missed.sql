-- From when to when a receiver of security events was last told nothing; no end while that goes on.
alter table security_event_stream add column missed_from text;
alter table security_event_stream add column missed_until text;
