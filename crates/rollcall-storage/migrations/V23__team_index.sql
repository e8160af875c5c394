-- Who is in a team. Without the name, by which each newcomer would write another page of it: the roster of a large team
-- goes through the roster's own index, that of a small one is sorted.
drop index employee_team;
create index employee_team on employee (tenant_id, team_id, id, active);
