// What came of a run of run.sh.
//
//   node report.mjs step TASK STEPS RESULT     RESULT (JSON) completed by whether the task was done; one line
//   node report.mjs table FOLDER                the tables of the README
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';

const lines = file => fs.existsSync(file)
  ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)) : [];
const [what, first, second, third] = process.argv.slice(2);

if (what === 'step') {
  const done = lines(second);
  const missing = JSON.parse(fs.readFileSync(first, 'utf8')).steps
    .flatMap((step, n) => new RegExp(step.proof, 'm').test(done[n]?.output ?? '') ? [] : [n + 1]);
  console.log(JSON.stringify({...JSON.parse(third), complete: missing.length === 0, missing}));
} else {
  const [results, denials, runs] = ['results', 'denials', 'runs'].map(name => lines(`${first}/${name}.jsonl`));
  const same = (row, labels) => ['client', 'task', 'round'].every(name => String(row[name]) === labels[name]);
  for (const row of results.filter(row => row.mode === 'with')) {
    // The launcher and the node were measured outside; what the run itself used, the node's record of its end says.
    row.cpu += (runs.find(run => same(row, run.labels))?.sizes['cpu-micros'] ?? NaN) / 1000;
  }
  const sum = (rows, what = 'millis') => rows.reduce((total, row) => total + row[what], 0);
  const median = values => values.length ? values.sort((a, b) => a - b)[values.length >> 1] : NaN;
  const seconds = millis => (millis / 1000).toFixed(1);
  const percent = (more, base) => `${more >= base ? '+' : ''}${(100 * (more - base) / base).toFixed(1)} %`;
  const unique = name => [...new Set(results.map(row => row[name]))];
  const of = filter => results.filter(row => Object.entries(filter).every(([name, value]) => row[name] === value));
  const quiet = record => record.policies.some(policy => policy.endsWith('#client-telemetry'));
  const repeats = record => record.sizes.repeats ?? 1;
  const count = records => records.reduce((total, record) => total + repeats(record), 0);
  const rounds = unique('round').length;

  console.log('| client | tasks done without | with | time without | with | added | added a task, median | CPU added | denied visibly, most in one task | quietly, most |');
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const client of unique('client')) {
    const bare = of({client, mode: 'without'}), held = of({client, mode: 'with'});
    const done = rows => `${rows.filter(row => row.complete).length} of ${rows.length}`;
    const added = median(unique('task').flatMap(task => unique('round').map(round =>
      sum(of({client, task, round, mode: 'with'})) - sum(of({client, task, round, mode: 'without'})))));
    const most = which => Math.max(...held.map(row => count(denials.filter(record => same(row, record.labels) && which(record)))));
    console.log(`| ${client} | ${done(bare)} | ${done(held)} | ${seconds(sum(bare))} s | ${seconds(sum(held))} s | ${
      percent(sum(held), sum(bare))} | ${seconds(added)} s | ${percent(sum(held, 'cpu'), sum(bare, 'cpu'))} | ${
      most(record => !quiet(record))} | ${most(quiet)} |`);
  }
  console.log(`\n| task | ${unique('client').map(client => `${client} without → with`).join(' | ')} |`);
  console.log(`|---|${unique('client').map(() => '---|').join('')}`);
  for (const task of unique('task')) {
    console.log(`| ${task} | ${unique('client').map(client => ['without', 'with'].map(mode =>
      `${seconds(median(of({client, task, mode}).map(row => row.millis)))} s`).join(' → ')).join(' | ')} |`);
  }
  const visible = new Map();
  for (const record of denials.filter(record => !quiet(record))) {
    const where = `${record.labels.client}, ${record.resource}: ${record.reasons.join(' ')}`;
    visible.set(where, [...(visible.get(where) ?? []), record]);
  }
  if (visible.size > 0) console.log('\nDenied visibly:\n');
  for (const [where, records] of visible) {
    const tasks = new Set(records.map(record => record.labels.task));
    console.log(`* ${where} ${count(records)} in ${tasks.size} task${tasks.size === 1 ? '' : 's'}`);
  }
  const version = (program, ...args) => execFileSync(program, args, {encoding: 'utf8'}).split('\n')[0];
  console.log(`\n${rounds} round${rounds === 1 ? '' : 's'}, medians a task; ${os.cpus().length} cores (${os.cpus()[0].model}), ${
    Math.round(os.totalmem() / 2 ** 30)} GiB, Linux ${os.release()}, node ${process.version}, ${version('git', '--version')}, load at the end ${
    os.loadavg()[0].toFixed(1)}.`);
}
