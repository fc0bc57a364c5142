// Puts nginx, with the settings that Debian installs, before `fluxlog serve` as a reverse proxy and sends a paced stream
// through it: each event is awaited before the next one is appended, so that nothing behind could push it out of a buffer.
//
//   node judge.js
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { forget, rule } from '../rulings.js'
import { serve } from '../server.js'

const EVENTS = 100
const PATIENCE_MS = 30_000
const HELD_MS = 3_000
const judge = import.meta.dirname
const scratch = mkdtempSync(join(tmpdir(), 'fluxlog-nginx-'))

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The installed file with places of ours for what it writes, nobody to become, and our server as its only site. */
async function nginx(upstream, ...more) {
  const port = await freePort()
  const installed = readFileSync('/etc/nginx/nginx.conf', 'utf8')
  const site = `
    server {
      listen 127.0.0.1:${port};
      location / { proxy_pass ${upstream}; ${more.join(' ')} }
    }
    client_body_temp_path ${scratch}/body; proxy_temp_path ${scratch}/proxy; fastcgi_temp_path ${scratch}/fastcgi;
    uwsgi_temp_path ${scratch}/uwsgi; scgi_temp_path ${scratch}/scgi;`
  const config = installed
    .replace(/^user .*$/m, '')
    .replace(/^pid .*$/m, `pid ${scratch}/${port}.pid;`)
    .replaceAll('/var/log/nginx/', `${scratch}/`)
    .replace(/^\s*include \/etc\/nginx\/sites-enabled\/\*;$/m, site)
  assert.ok(config.includes('proxy_pass') && config.includes('gzip on'), 'the installed settings are not those of Debian')
  const file = join(scratch, `${port}.conf`)
  writeFileSync(file, config)
  const child = spawn('nginx', ['-e', `${scratch}/error.log`, '-c', file, '-g', 'daemon off;'], { stdio: 'inherit' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; ; attempt++) {
    try {
      await fetch(`${url}/healthz`)
      return { url, end: () => (child.kill('SIGTERM'), ended) }
    } catch (notYet) {
      assert.ok(attempt < 200 && child.exitCode === null, 'nginx does not start')
      await pause(50)
    }
  }
}

/** Follows as a browser would, that says it takes gzip; how many events have come, and what the head said. */
async function follow(url) {
  const seen = { text: '', headers: {}, count: () => seen.text.split('\nid: ').length - 1 }
  const headers = { Accept: 'text/event-stream', 'Accept-Encoding': 'gzip' }
  await new Promise((resolve, reject) => {
    seen.request = get(url, { headers, agent: false }, (answer) => {
      seen.headers = answer.headers
      answer.setEncoding('utf8').on('data', (text) => (seen.text += text)).on('error', () => {})
      resolve()
    }).on('error', reject)
  })
  return seen
}

async function came(seen, count, patience) {
  for (const deadline = Date.now() + patience; seen.count() < count; await pause(1)) if (Date.now() > deadline) return false
  return true
}

async function append(url, value) {
  const answer = await fetch(`${url}/streams/paced`, { method: 'POST', body: JSON.stringify(value) })
  assert.ok(answer.ok, `an append was answered ${answer.status}`)
}

const server = await serve(join(scratch, 'data'), { options: ['--heartbeat', '1s'] })
const open = []
let why = ''
forget(judge, 'judge')
try {
  open.push(await nginx(server.url))
  const through = open[0].url
  await append(server.url, 0)
  const seen = await follow(`${through}/streams/paced?from=start`)
  assert.equal(seen.headers['content-encoding'], undefined)
  assert.equal(seen.headers['content-type'], 'text/event-stream')
  assert.match(seen.headers['cache-control'], /no-store/)
  let slowest = 0
  for (let count = 1; count <= EVENTS; count++) {
    const from = performance.now()
    assert.ok(await came(seen, count, PATIENCE_MS), `event ${count} is held back`)
    if (count > 1) slowest = Math.max(slowest, performance.now() - from)
    await append(through, count)
  }
  await pause(1_500)
  assert.match(seen.text, /: high-water-mark /, 'a heartbeat is held back')
  seen.request.destroy()
  console.log(`ok      nginx: ${EVENTS} paced events, each there before the next, ${slowest.toFixed(1)} ms at most`)

  // The same without the header, so that it is known what it is for: nginx keeps what it gets.
  open.push(await nginx(server.url, 'proxy_ignore_headers X-Accel-Buffering;'))
  const held = await follow(`${open[1].url}/streams/paced?from=tail`).catch(() => null)
  await append(server.url, 'held')
  await pause(HELD_MS)
  const isHeld = held === null || !held.text.includes('"held"')
  held?.request.destroy()
  console.log(`ok      nginx: without X-Accel-Buffering an event is ${isHeld ? 'held back' : 'not held back by this nginx'}`)
} catch (failure) {
  why = failure.message
  console.log(`FAILED  nginx: ${why}`)
} finally {
  for (const one of open) await one.end()
  await server.end('SIGKILL')
  rmSync(scratch, { recursive: true, force: true })
}
rule(judge, 'judge', [['SUB-19', `nginx: ${EVENTS} paced events`, why]])
process.exit(why === '' ? 0 : 1)
