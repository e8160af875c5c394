// A running Rollcall with its simulated WFM and identity provider, on a folder and a port of its own.
//
// The binary is taken from ROLLCALL_BIN.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_LIMIT_MS = 60_000;

/** Starts a demo in which nothing moves by itself. */
export async function startHub({ people }) {
  const binary = process.env.ROLLCALL_BIN;
  if (!binary) throw new Error("ROLLCALL_BIN must name the rollcall program");
  const folder = mkdtempSync(join(tmpdir(), "rollcall-browser-"));
  const words = ["demo", "--still", "--people", String(people), "--listen", "127.0.0.1:0", "--data", folder];
  // The program takes settings from ROLLCALL_*; what is meant for the tests is none of its settings.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("ROLLCALL_")));
  const child = spawn(binary, words, { stdio: ["ignore", "pipe", "pipe"], env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => { said = (said + bytes).slice(-4000); });
  const ended = new Promise((resolve) => { child.on("exit", resolve); });
  const demo = await until(`the demo is ready`, START_LIMIT_MS, () => {
    if (child.exitCode !== null) throw new Error(`the demo ended:\n${said}`);
    try {
      return JSON.parse(readFileSync(join(folder, "demo.json"), "utf8"));
    } catch {
      return null;
    }
  });
  return {
    ...demo,
    base: demo.console_url.replace(/\/$/, ""),
    /** What the operator types on the machine of the hub. */
    operator(...words) {
      return execFileSync(binary, [...words, "--config", join(folder, "rollcall.toml")], { env, encoding: "utf8" }).trim();
    },
    /** Arms the faults of the simulated WFM; with none, they are over. */
    async fault(...orders) {
      const url = `${demo.simulators.iex.url}/_control/faults`;
      const headers = { "content-type": "application/json" };
      const answer = await fetch(url, orders.length > 0 ? { method: "POST", headers, body: JSON.stringify(orders) } : { method: "DELETE" });
      if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    },
    async stop() {
      child.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks again until there is an answer, within a bound. */
export async function until(what, limitMs, ask) {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
}

/** Speaks SCIM to the hub, as an identity provider does. */
export async function scim(door, method, path, body) {
  const answer = await fetch(`${door.base_url}${path}`, {
    method,
    headers: { authorization: `Bearer ${door.token}`, "content-type": "application/scim+json" },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** A person as an identity provider sends one. */
export function person(first, last) {
  const email = `${first}.${last}@example.com`.toLowerCase();
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: email,
    externalId: `id-${first}-${last}`,
    active: true,
    name: { givenName: first, familyName: last },
    emails: [{ value: email, primary: true }],
  };
}

/** What changes of one attribute, as a PATCH. */
export function replace(path, value) {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [{ op: "replace", path, value }] };
}

/** Signs in as a person would, by what the page shows. */
export async function signIn(page, hub) {
  await page.goto("/");
  await page.getByLabel("Username").fill(hub.admin.username);
  await page.getByLabel("Password").fill(hub.admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}
