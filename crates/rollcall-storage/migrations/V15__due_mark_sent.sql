-- What was sent of a person since the mark was made and may have been applied, though nobody confirmed it: a list of
-- agents as they were sent, oldest first. Written before they are sent, null again once the WFM confirmed.
alter table due_mark add column sent text;
