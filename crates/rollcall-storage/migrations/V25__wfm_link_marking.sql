-- Everyone of a link's business unit is being marked as due, a page at a time: the last one who was, or an empty text
-- before the first. Whoever dies on the way leaves it here, and another goes on.
alter table wfm_link add column marking text;
create index wfm_link_marking on wfm_link (tenant_id, id) where marking is not null;
