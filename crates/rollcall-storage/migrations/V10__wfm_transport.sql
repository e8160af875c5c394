-- How a link reaches its WFM: 'http', or 'file' with what belongs to it (a JSON object). The operator's to set.
alter table wfm_link add column transport text not null default 'http';
alter table wfm_link add column file_transport text;
