// A model that plays a script: it makes any agent command line run a list of shell commands through its own shell tool.
//
//   node model.mjs --script tasks/NAME.json --port PORT --host ADDRESS --log FILE
//
// Speaks OpenAI chat completions and OpenAI responses, whole or streamed. The tool and its schema are taken from the
// request; which step is next is counted from the tool results in it, so nothing is kept per client. {{NAME}} in a
// command is replaced from the environment. The log has one line per step: what ran, and what the client said it printed.
import fs from 'node:fs';
import http from 'node:http';
import {parseArgs} from 'node:util';

const {values: option} = parseArgs({options: Object.fromEntries(
  ['script', 'port', 'host', 'log'].map(name => [name, {type: 'string'}]))});
const steps = JSON.parse(fs.readFileSync(option.script, 'utf8')).steps
  .map(step => step.run.replace(/\{\{(\w+)\}\}/g, (_, name) => process.env[name] ?? `unset-${name}`));

const SHELL = ['run_shell_command', 'bash', 'exec_command', 'shell', 'shell_command', 'local_shell'];
const WAIT_MILLIS = 30_000; // a client that hands back a command that still runs is asked again after this
const COMMAND_MILLIS_MAX = 600_000;
/** What a client says of a command that goes on, and how it wants to be asked for the rest. */
const GOES_ON = /session ID (\d+)/;
const POLL = 'write_stdin';

function shellArguments(schema, command) {
  const fill = {boolean: false, number: WAIT_MILLIS, integer: WAIT_MILLIS, array: []};
  const filled = {};
  for (const [name, type] of Object.entries(schema?.properties ?? {})) {
    if (name === 'command' || name === 'cmd') filled[name] = type.type === 'array' ? ['bash', '-c', command] : command;
    else if (name === 'timeout' || name === 'timeout_ms') filled[name] = COMMAND_MILLIS_MAX;
    else if (name === 'yield_time_ms') filled[name] = WAIT_MILLIS;
    else if (schema.required?.includes(name)) filled[name] = fill[type.type] ?? 'next step';
  }
  return filled;
}

const text = value => typeof value === 'string' ? value
  : Array.isArray(value) ? value.map(part => part?.text ?? text(part)).join('') : JSON.stringify(value ?? '');

let logged = 0;

/** The next move: a tool call, or none when the script is at its end. */
function move(tools, results) {
  const outputs = [''];
  let session = null;
  for (const result of results.map(text)) {
    outputs[outputs.length - 1] += result;
    session = GOES_ON.exec(result)?.[1] ?? null;
    if (session === null) outputs.push('');
  }
  outputs.pop();
  for (; logged < outputs.length; logged++) {
    fs.appendFileSync(option.log, JSON.stringify({step: logged, command: steps[logged], output: outputs[logged]}) + '\n');
  }
  if (session !== null && tools.some(tool => tool.name === POLL)) {
    return {name: POLL, arguments: {session_id: Number(session), chars: '', yield_time_ms: WAIT_MILLIS}};
  }
  const shell = tools.find(tool => SHELL.includes(tool.name));
  return shell && outputs.length < steps.length
    ? {name: shell.name, arguments: shellArguments(shell.schema, steps[outputs.length])} : null;
}

function chat(body, id) {
  const call = move((body.tools ?? []).map(tool => ({name: tool.function?.name, schema: tool.function?.parameters})),
    body.messages.filter(message => message.role === 'tool').map(message => message.content));
  const calls = call && [{id: `call_${id}`, type: 'function',
    function: {name: call.name, arguments: JSON.stringify(call.arguments)}}];
  const message = {role: 'assistant', content: call ? 'Next.' : 'Done.', ...(call && {tool_calls: calls})};
  const reason = call ? 'tool_calls' : 'stop';
  const usage = {prompt_tokens: 100, completion_tokens: 10, total_tokens: 110};
  const head = {id: `chat-${id}`, created: 0, model: body.model};
  if (!body.stream) {
    return [{...head, object: 'chat.completion', usage, choices: [{index: 0, message, finish_reason: reason}]}];
  }
  const chunk = (delta, finish_reason) =>
    ({...head, object: 'chat.completion.chunk', choices: [{index: 0, delta, finish_reason}]});
  const delta = call ? {...message, tool_calls: calls.map((each, index) => ({index, ...each}))} : message;
  return [chunk(delta, null), chunk({}, reason), {...head, object: 'chat.completion.chunk', choices: [], usage}, '[DONE]'];
}

function responses(body, id) {
  const call = move((body.tools ?? []).map(tool => ({name: tool.name ?? tool.type, schema: tool.parameters})),
    body.input.filter(item => item.type?.endsWith('_output')).map(item => item.output));
  const item = call
    ? {type: 'function_call', id: `fc_${id}`, call_id: `call_${id}`, name: call.name, arguments: JSON.stringify(call.arguments), status: 'completed'}
    : {type: 'message', id: `msg_${id}`, role: 'assistant', status: 'completed', content: [{type: 'output_text', text: 'Done.', annotations: []}]};
  const response = {id: `resp_${id}`, object: 'response', created_at: 0, status: 'completed', model: body.model, output: [item],
    usage: {input_tokens: 100, input_tokens_details: {cached_tokens: 0}, output_tokens: 10,
      output_tokens_details: {reasoning_tokens: 0}, total_tokens: 110}};
  return body.stream
    ? [{type: 'response.created', response: {...response, status: 'in_progress', output: []}},
      {type: 'response.output_item.added', output_index: 0, item}, {type: 'response.output_item.done', output_index: 0, item},
      {type: 'response.completed', response}]
    : [response];
}

let requests = 0;
const server = http.createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const path = request.url.split('?')[0];
  const answer = {'/v1/chat/completions': chat, '/v1/responses': responses}[path];
  let body = null;
  try { body = JSON.parse(Buffer.concat(pieces)); } catch { /* answered as an unknown request */ }
  if (!answer || !body) {
    // Clients ask for more than a model (usage reports, model lists); that must not be an error of the server's.
    response.writeHead(404, {'content-type': 'application/json'}).end('{"error":{"message":"no such path"}}');
    return;
  }
  const events = answer(body, ++requests);
  if (!body.stream) {
    response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(events[0]));
    return;
  }
  response.writeHead(200, {'content-type': 'text/event-stream', 'cache-control': 'no-cache'});
  for (const event of events) {
    if (answer === responses) response.write(`event: ${event.type}\n`);
    response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  }
  response.end();
});
server.listen(Number(option.port), option.host, () => console.log(`ready ${option.host}:${server.address().port}`));
