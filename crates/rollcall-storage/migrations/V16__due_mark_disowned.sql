-- What a worker wrote that had lost its lease by then, and may have come after what its successor wrote: a list of
-- agents like `sent`. It goes with the mark only, settled by whoever read it there.
alter table due_mark add column disowned text;
