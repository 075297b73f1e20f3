// A git forge for the tasks: git's own http-backend (smart HTTP) over the bare repositories of one folder.
//
//   node forge.mjs --root FOLDER --port PORT --host ADDRESS
import {spawn, execFileSync} from 'node:child_process';
import http from 'node:http';
import {parseArgs} from 'node:util';

const {values: option} = parseArgs({options: Object.fromEntries(
  ['root', 'port', 'host'].map(name => [name, {type: 'string'}]))});
const backend = `${execFileSync('git', ['--exec-path'], {encoding: 'utf8'}).trim()}/git-http-backend`;

const server = http.createServer((request, response) => {
  const [path, query = ''] = request.url.split('?');
  const git = spawn(backend, {env: {PATH: process.env.PATH, GIT_PROJECT_ROOT: option.root, GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*', REMOTE_ADDR: 'bench',
    PATH_INFO: decodeURIComponent(path), QUERY_STRING: query, REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    ...(request.headers['git-protocol'] && {GIT_PROTOCOL: request.headers['git-protocol']})},
    stdio: ['pipe', 'pipe', 'inherit']});
  git.stdin.on('error', () => {}); // a request body that the backend does not read
  request.pipe(git.stdin);
  let head = Buffer.alloc(0);
  git.stdout.on('data', piece => {
    if (response.headersSent) { response.write(piece); return; }
    head = Buffer.concat([head, piece]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const fields = head.subarray(0, end).toString().split('\r\n').map(line => line.split(/:\s*/, 2));
    const status = fields.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
    response.writeHead(parseInt(status, 10), Object.fromEntries(fields.filter(([name]) => name.toLowerCase() !== 'status')));
    response.write(head.subarray(end + 4));
  });
  git.stdout.on('end', () => response.end());
});
server.listen(Number(option.port), option.host, () => console.log(`ready ${option.host}:${server.address().port}`));
