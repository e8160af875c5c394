-- Whether a change goes out at once. Where it does not, it waits for the next run by the interval.
alter table wfm_link add column immediate boolean not null default true;
