// Every page of the console in each state, checked and pictured. For people who design: start the gallery
// (`cargo run -p rollcall-console --example gallery`), then `node gallery.mjs [address]`.

import { THEMES, WIDTHS, checkAccessible, checkFits, launch, open, picture } from "./browser.mjs";

const PAGES = {
  "sign-in": "/sign-in", "sign-in-wrong": "/sign-in?state=wrong", "sign-in-throttled": "/sign-in?state=throttled",
  "sign-in-expired": "/sign-in?state=expired", "sign-in-new": "/sign-in?state=new", "set-up": "/setup/x", "set-up-closed": "/setup/x?state=closed",
  overview: "/", "overview-empty": "/?state=empty", "overview-waiting": "/?state=waiting",
  "overview-failed": "/?state=failed", "overview-partial": "/?state=partial", "overview-stale": "/?state=stale",
  "overview-no-wfm": "/?state=no-wfm",
  employees: "/employees", "employees-empty": "/employees?state=empty", "employees-nobody": "/employees?search=zzz",
  employee: "/employees/3", "employee-waiting": "/employees/3?state=waiting", "employee-failed": "/employees/3?state=failed",
  "employee-held": "/employees/3?state=held", "employee-out": "/employees/3?state=out",
  "employee-not-sent": "/employees/3?state=not-sent", "employee-nowhere": "/employees/3?state=nowhere",
  "employee-local": "/employees/3?state=local",
  "person-new": "/employees/new?state=refused", "person-values": "/employees/3/values",
  "person-values-managed": "/employees/3/values?state=managed", "person-status": "/employees/3/status",
  "person-status-out": "/employees/3/status?state=out", "person-status-managed": "/employees/3/status?state=managed",
  agents: "/agents", "agents-empty": "/agents?state=empty", "agents-many": "/agents?state=many",
  adherence: "/adherence", "adherence-empty": "/adherence?state=empty", "adherence-well": "/adherence?state=well",
  "adherence-team": "/adherence/day", "adherence-person": "/employees/3/adherence",
  "adherence-person-empty": "/employees/3/adherence?state=empty",
  "status-mapping": "/adherence/mapping", "status-mapping-empty": "/adherence/mapping?state=empty",
  "agent-log-out": "/employees/3/log-out", "calendar-end": "/employees/3/calendar/end", codes: "/codes", "codes-empty": "/codes?state=empty",
  "team-codes": "/teams/1/codes", "agent-link": "/employees/3/agent-link",
  "my-day": "/my-day", "my-day-out": "/my-day?state=out", "my-day-refused": "/my-day?state=refused",
  "my-day-missing": "/my-day?state=missing", "my-day-free": "/my-day?state=free", "my-calendar": "/my-day/calendar",
  "my-sign-in": "/my-day/sign-in", "my-sign-in-wrong": "/my-day/sign-in?state=wrong",
  "my-link": "/my-day/link/x", "my-link-closed": "/my-day/link/x?state=closed",
  account: "/account", "account-missing": "/account?state=missing",
  "take-overs": "/take-overs", "take-overs-empty": "/take-overs?state=empty", "take-over": "/take-overs/1/1",
  "take-over-managed": "/take-overs/1/1?state=managed", "take-over-rejected": "/take-overs/1/1?state=rejected",
  "overview-to-do": "/?state=to-do",
  templates: "/templates", "templates-empty": "/templates?state=empty", template: "/templates/1",
  "template-running": "/templates/1?state=running", "template-refused": "/templates/1?state=refused",
  "template-apply": "/templates/1/apply", "template-apply-nobody": "/templates/1/apply?state=empty",
  "template-remove": "/templates/1/remove",
  roles: "/roles", "roles-empty": "/roles?state=empty", role: "/roles/1", "role-new": "/roles/new", "role-new-missing": "/roles/new?state=missing",
  team: "/teams/1", "team-locked": "/teams/1?state=locked", "team-refused": "/teams/1?state=refused",
  "team-new": "/teams/new", "team-new-refused": "/teams/new?state=refused",
  "team-remove": "/teams/1/remove", "team-remove-hindered": "/teams/1/remove?state=hindered",
  teams: "/teams", "teams-empty": "/teams?state=empty", "team-switch": "/teams/1/wfm", "team-switch-off": "/teams/1/wfm?state=off",
  connections: "/connections", "connections-empty": "/connections?state=empty", "connection-new": "/connections/new?state=refused",
  connection: "/connections/1", "connection-two": "/connections/1?state=two", "connection-fresh": "/connections/1?state=fresh",
  "connection-empty": "/connections/1?state=empty", "connection-revoked": "/connections/1?state=revoked",
  "token-revoke": "/connections/1/tokens/a8/revoke", removal: "/connections/1/remove",
  journal: "/connections/1/requests", "journal-empty": "/connections/1/requests?state=empty",
  "key-made": "/connections/1/keys", "key-revoke": "/connections/1/keys/1/revoke",
  "key-revoke-others": "/connections/1/keys/1/revoke?state=others",
  "application-made": "/connections/1/applications", "application-revoke": "/connections/1/applications/1/revoke",
  application: "/connections/1/applications/1", "application-no-key": "/connections/1/applications/1?state=none",
  "public-key-remove": "/connections/1/applications/1/keys/4/remove",
  receivers: "/receivers", "receivers-empty": "/receivers?state=empty", receiver: "/receivers/1",
  "receiver-failed": "/receivers/1?state=failed", "receiver-off": "/receivers/1?state=off",
  "receiver-new": "/receivers/new", "receiver-refused": "/receivers/new?state=refused", "receiver-made": "/receivers/made",
  "receiver-switch-off": "/receivers/1/off?state=failed", "receiver-remove": "/receivers/1/remove",
  consent: "/oauth/authorize",
  guide: "/connections/1/setup", "guide-empty": "/connections/1/setup?state=empty",
  history: "/wfm/1/history", "history-empty": "/wfm/1/history?state=empty", "history-failed": "/wfm/1/history?state=failed",
  "history-import": "/wfm/1/history/import", "history-import-refused": "/wfm/1/history/import?state=refused",
  "history-import-plan": "/wfm/1/history/import?state=plan",
  wfm: "/wfm", "wfm-held": "/wfm?state=held", "wfm-failed": "/wfm?state=failed", "wfm-none": "/wfm?state=none",
  "wfm-running": "/wfm?state=running", "wfm-empty": "/wfm?state=empty", "wfm-read-only": "/wfm?state=read-only",
  "wfm-off": "/wfm?state=off", "wfm-kept": "/wfm?state=kept", "wfm-run-now": "/wfm?state=run-now", "wfm-files": "/wfm?state=files",
  "wfm-next": "/wfm/1/next", "wfm-next-stops": "/wfm/1/next?state=stops", "wfm-next-empty": "/wfm/1/next?state=empty",
  "put-back": "/wfm/1/put-back", kept: "/wfm/1/kept", "kept-empty": "/wfm/1/kept?state=empty", "wfm-switch-off": "/wfm/1/off",
  "wfm-remove": "/wfm/1/remove", "wfm-remove-refused": "/wfm/1/remove?state=refused",
  "wfm-switch-off-refused": "/wfm/1/off?state=refused", "run-preview": "/wfm/1/runs/1?state=preview",
  "wfm-first": "/wfm?state=first", "wfm-new": "/wfm/new", "wfm-new-refused": "/wfm/new?state=refused",
  "wfm-new-tried": "/wfm/new?state=tried", "wfm-new-calm": "/wfm/new?state=calm", "wfm-new-none": "/wfm/new?state=none",
  "wfm-way": "/wfm/1/way", "wfm-way-refused": "/wfm/1/way?state=refused", "wfm-way-tried": "/wfm/1/way?state=tried",
  "employee-move": "/employees/3/move", "employee-move-chosen": "/employees/3/move?state=chosen",
  "employee-move-nowhere": "/employees/3/move?state=nowhere",
  run: "/wfm/1/runs/1", "run-held": "/wfm/1/runs/1?state=held", "run-running": "/wfm/1/runs/1?state=running",
  "run-failed": "/wfm/1/runs/1?state=failed", "run-empty": "/wfm/1/runs/1?state=empty",
  audit: "/audit", "audit-empty": "/audit?state=empty",
  missing: "/trouble/missing", forbidden: "/trouble/forbidden", broken: "/trouble/broken", "stale-form": "/trouble/stale",
};

const base = process.argv[2] ?? "http://127.0.0.1:8090";
const browser = await launch();
let findings = 0;
for (const theme of THEMES) {
  for (const width of Object.keys(WIDTHS)) {
    const page = await open(browser, base, { theme, width });
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(path);
      const at = `${name}-${theme}-${width}`;
      for (const check of [checkFits, checkAccessible]) {
        await check(page, at).catch((error) => { findings += 1; console.log(error.message); });
      }
      await picture(page, at);
      for (const complaint of page.complaints.splice(0)) { findings += 1; console.log(`${at}: ${complaint}`); }
    }
    await page.context().close();
  }
}
await browser.close();
console.log(`${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;
