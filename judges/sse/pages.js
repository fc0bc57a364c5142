// Pages in Chromium against servers of their own: a rolling restart, a hundred event streams of one page, pages of other
// origins, tickets, and the page of the server itself.
//
//   node pages.js [NAME ...]     these cases only
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { command, serve } from '../server.js'
import { forget, rule } from '../rulings.js'
import { chromium, hasChromium } from './clients/browser.js'
import { slicingProxy } from './slicing.js'

const PATIENCE_MS = 60_000
const judge = import.meta.dirname
const scratch = mkdtempSync(join(tmpdir(), 'fluxlog-pages-'))

/** A data directory that no other case has. */
const data = (name) => join(scratch, name)

async function until(condition, what) {
  for (const deadline = Date.now() + PATIENCE_MS; ; await pause(50)) {
    const seen = await condition()
    if (seen) return seen
    assert.ok(Date.now() < deadline, what)
  }
}

async function append(url, stream, value, key) {
  const headers = { 'Content-Type': 'application/json', ...(key && { 'Idempotency-Key': key }) }
  const answer = await fetch(`${url}/streams/${stream}`, { method: 'POST', headers, body: JSON.stringify(value) })
  assert.ok(answer.ok, `an append was answered ${answer.status}`)
}

/** In the page: an event source that writes down what happens to it. */
const WATCH = `window.watch = (url) => {
  const source = new EventSource(url)
  const seen = { ids: [], opened: 0, errors: [], kinds: [], source }
  source.onopen = () => seen.opened++
  source.onmessage = (event) => seen.ids.push(Number(event.lastEventId))
  source.onerror = (event) => event.data === undefined && seen.errors.push(source.readyState)
  for (const kind of ['caught-up', 'error', 'bye', 'sealed'])
    source.addEventListener(kind, (event) => event.data !== undefined && seen.kinds.push(kind))
  return seen
}`

async function page(driver, url) {
  await driver.get(url)
  await driver.executeScript(WATCH)
}

/** An origin of its own with an empty page. */
async function origin() {
  const server = createServer((asked, answer) => answer.setHeader('Content-Type', 'text/html').end('<title>page</title>'))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

const cases = {
  /** Headers and `onopen` come at once, although nothing is there to be sent. */
  async silence(driver) {
    const server = await serve(data('silence'))
    try {
      await append(server.url, 'a', 1)
      await page(driver, server.url)
      const waited = await driver.executeAsyncScript(`const done = arguments[0]; const from = performance.now()
        new EventSource('/streams/a?from=tail').onopen = () => done(performance.now() - from)`)
      assert.ok(waited < 1_000, `onopen came after ${waited} ms`)
    } finally {
      await server.end()
    }
  },

  /** The server goes away three times as an operator has it go, and the page does nothing about it. */
  async restart(driver) {
    const options = ['--retry', '100ms', '--drain', '2s']
    let server = await serve(data('restart'), { options })
    const listen = new URL(server.url).host
    let isDone = false
    try {
      await append(server.url, 'a', 0, 'event-0')
      await page(driver, server.url)
      await driver.executeScript(`window.seen = watch('/streams/a?from=start')`)
      let count = 1
      const appending = (async () => {
        while (!isDone) {
          // Tried again with its key while nobody listens, so that it is there once.
          await append(server.url, 'a', count, `event-${count}`).then(() => count++, () => pause(20))
          await pause(5)
        }
      })()
      for (let restart = 1; restart <= 3; restart++) {
        const before = count
        await until(async () => (await driver.executeScript('return seen.ids.length')) > before, 'nothing new came')
        assert.deepEqual(await server.end('SIGTERM'), { code: 0, signal: null })
        server = await serve(data('restart'), { listen, options })
      }
      isDone = true
      await appending
      const seen = await until(async () => {
        const now = await driver.executeScript('return { ...seen, source: null }')
        return now.ids.length >= count && now
      }, 'not all events came')
      assert.deepEqual(seen.ids, Array.from({ length: count }, (_, i) => i + 1))
      assert.equal(seen.kinds.filter((kind) => kind === 'bye').length, 3)
      assert.ok(!seen.errors.includes(2), 'the browser gave up')
      await driver.executeScript('seen.source.close()')
    } finally {
      isDone = true
      await server.end('SIGKILL')
    }
  },

  /** HTTP/1.1 gives a page six of them; HTTP/2 a hundred, and one that is not read is no hindrance to the others. */
  async hundred(driver) {
    const [certificate, key] = [join(scratch, 'chain.pem'), join(scratch, 'key.pem')]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'ignore' })
    const open = `window.all = Array.from({ length: 100 }, (_, i) => watch('/streams/one?after=' + (i % 2)))`
    const opened = () => driver.executeScript('return all.filter((one) => one.opened > 0).length')

    const plain = await serve(data('plain'))
    try {
      for (let i = 0; i < 3; i++) await append(plain.url, 'one', i)
      await page(driver, plain.url)
      await driver.executeScript(open)
      await until(async () => (await opened()) >= 6, 'not even six')
      await pause(500)
      assert.equal(await opened(), 6)
      await driver.get('about:blank')
    } finally {
      await plain.end('SIGKILL')
    }

    const server = await serve(data('encrypted'), { options: ['--tls-cert', certificate, '--tls-key', key] })
    try {
      await page(driver, server.url)
      const append = (stream, size) => driver.executeAsyncScript(`const [stream, size, done] = arguments
        fetch('/streams/' + stream, { method: 'POST', body: 'x'.repeat(size) }).then((answer) => done(answer.status))`,
      stream, size)
      // More than Chromium takes of a body that its page does not read.
      for (let i = 0; i < 30; i++) assert.equal(await append('loud', 1_000_000), 201)
      assert.equal(await append('one', 1), 201)
      assert.equal(await append('one', 1), 201)
      await driver.executeScript(`${open}
        fetch('/streams/loud?from=start', { headers: { Accept: 'text/event-stream' } }).then((answer) => window.unread = answer)`)
      await until(async () => (await opened()) === 100, 'not a hundred are open')
      await until(() => driver.executeScript('return window.unread !== undefined'), 'the large one is not there')
      for (let i = 0; i < 5; i++) {
        assert.equal(await append('one', 1), 201)
        const last = 3 + i
        await until(() => driver.executeScript('return all.every((one) => one.ids.at(-1) === arguments[0])', last),
          'an event did not come to all')
      }
      const wrong = await driver.executeScript(
        'return all.filter((one, i) => one.ids.join() !== [1, 2, 3, 4, 5, 6, 7].slice(i % 2).join()).length')
      assert.equal(wrong, 0, 'some did not get each event once')
      const protocols = await driver.executeScript(
        `return [...new Set(performance.getEntriesByType('resource').map((one) => one.nextHopProtocol))]`)
      assert.ok(protocols.includes('h2') && !protocols.includes('http/1.1'), `spoken was ${protocols}`)
      const status = await driver.executeAsyncScript(
        `fetch('/status').then((answer) => answer.json()).then(arguments[0])`)
      assert.ok(status.connections <= 3, `${status.connections} connections`)
      assert.equal(status.live.subscribers, 101)
    } finally {
      await driver.get('about:blank')
      await server.end('SIGKILL')
    }
  },

  /** A page of a named origin may do what the protocol says, one of another origin nothing. */
  async origins(driver) {
    const [friend, stranger] = [await origin(), await origin()]
    const server = await serve(data('origins'), { options: ['--cors-origin', friend.url, '--retry', '100ms'] })
    const proxy = await slicingProxy(() => Number(new URL(server.url).port), Infinity, () => 1)
    const ask = (method, path, headers, body) => driver.executeAsyncScript(`const [url, init, done] = arguments
      fetch(url, init).then(
        (answer) => done({ status: answer.status, headers: Object.fromEntries(answer.headers) }),
        (refused) => done({ refused: String(refused) }))`, `${proxy.url}${path}`, { method, headers, body })
    try {
      await page(driver, friend.url)
      const first = await ask('POST', '/streams/a', { 'Idempotency-Key': 'k', 'If-None-Match': '*' }, '1')
      assert.equal(first.status, 201)
      assert.equal(first.headers.etag, '"1"')
      assert.equal((await ask('POST', '/streams/a', { 'If-Match': '"1"', 'Event-Type': 'paid' }, '2')).status, 201)
      assert.equal((await ask('POST', '/streams/a', { 'If-Match': '"1"' }, '3')).status, 412)
      const read = await ask('GET', '/streams/a', { 'Last-Event-ID': '1', 'If-None-Match': '"x"' })
      assert.equal(read.headers['high-water-mark'], '2')
      assert.ok(read.headers['low-water-mark'] && read.headers.link && read.headers['request-id'] && read.headers.etag)
      for (let i = 3; i <= 40; i++) await append(server.url, 'a', i)
      proxy.requests.length = 0
      await driver.executeScript(`window.seen = watch(arguments[0])`, `${proxy.url}/streams/a?from=start`)
      await until(() => driver.executeScript('return seen.ids.length >= 40'), 'not all events came')
      const ids = await driver.executeScript('return seen.ids')
      assert.deepEqual(ids, Array.from({ length: 40 }, (_, i) => i + 1))
      assert.ok(proxy.cuts >= 9, `it was cut ${proxy.cuts} times`)
      assert.ok(proxy.requests.every((one) => one.startsWith('GET ')), 'the event source asked before')
      await driver.executeScript('seen.source.close()')

      await page(driver, stranger.url)
      assert.match((await ask('GET', '/streams/a', {})).refused, /Failed to fetch/)
      assert.match((await ask('GET', '/streams/a', { 'Last-Event-ID': '1' })).refused, /Failed to fetch/)
      assert.match((await ask('POST', '/streams/a', {}, 'x')).refused, /Failed to fetch/)
      await driver.executeScript(`window.seen = watch(arguments[0])`, `${proxy.url}/streams/a?from=start`)
      await until(() => driver.executeScript('return seen.source.readyState === 2'), 'it is not refused')
      assert.deepEqual(await driver.executeScript('return [seen.opened, seen.ids.length]'), [0, 0])
      const head = await fetch(`${server.url}/streams/a`, { headers: { Origin: stranger.url } })
      assert.deepEqual([...head.headers.keys()].filter((name) => name.startsWith('access-control-')), [])
      assert.equal(head.headers.get('high-water-mark'), '40', 'what a stranger sent was taken')
    } finally {
      proxy.close()
      await server.end('SIGKILL')
      friend.close()
      stranger.close()
    }
  },

  /** Without headers of its own an event source gets in by a ticket: for its prefix, and as long as it is good. */
  async tickets(driver) {
    const file = join(scratch, 'tokens')
    const made = command('token', 'page', 'read:orders/*', 'read:stock', 'append:*')
    writeFileSync(file, made.out, { mode: 0o600 })
    const token = /flx_\S+/.exec(made.err)[0]
    const options = ['--tokens', file, '--ticket-time', '3s', '--retry', '100ms']
    const server = await serve(data('tickets'), { options })
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    const refused = (path) => driver.executeAsyncScript(`const [path, done] = arguments; const seen = watch(path)
      seen.source.addEventListener('error', () => seen.source.readyState === 2 && done([seen.opened, seen.ids.length]))`, path)
    try {
      for (const stream of ['orders/1', 'stock']) {
        const answer = await fetch(`${server.url}/streams/${stream}`, { method: 'POST', headers, body: '1' })
        assert.equal(answer.status, 201)
      }
      await page(driver, server.url)
      const ticket = await driver.executeAsyncScript(`const [headers, done] = arguments
        fetch('/tickets', { method: 'POST', headers, body: JSON.stringify({ streams: ['orders/*'] }) })
          .then((answer) => answer.json()).then((bought) => done(bought.ticket))`, headers)
      await driver.executeScript(`window.seen = watch('/streams/orders/1?from=start&ticket=' + arguments[0])`, ticket)
      await until(() => driver.executeScript('return seen.ids.length === 1'), 'the ticket does not let in')
      assert.deepEqual(await refused(`/streams/stock?from=start&ticket=${ticket}`), [0, 0])
      assert.deepEqual(await refused('/streams/orders/1?from=start'), [0, 0])
      assert.deepEqual(await refused(`/streams/orders/1?from=start&ticket=${ticket}x`), [0, 0])
      // The open one ends with the ticket, and what it tries then is refused.
      await until(() => driver.executeScript('return seen.source.readyState === 2'), 'it goes on without a ticket')
      assert.deepEqual(await driver.executeScript('return [seen.ids, seen.kinds.includes("error")]'), [[1], true])
      assert.deepEqual(await refused(`/streams/orders/1?from=start&ticket=${ticket}`), [0, 0])
    } finally {
      await server.end('SIGKILL')
    }
  },

  /** The page at / lists the streams and shows the events of one as they are appended. */
  async console(driver) {
    const server = await serve(data('console'))
    const rows = () => driver.executeScript(
      `return [...document.querySelectorAll('#events li')].map((row) => row.innerText.replace(/\\s+/g, ' '))`)
    try {
      await append(server.url, 'orders/1', { amount: 1.5 })
      await append(server.url, 'weather/<b>&', 'fine')
      await driver.get(server.url)
      const names = await until(async () => {
        const found = await driver.executeScript(`return [...document.querySelectorAll('#streams span')].map((one) => one.innerText)`)
        return found.length === 2 && found
      }, 'the streams are not listed')
      assert.deepEqual(names, ['orders/1', 'weather/<b>&'])
      await driver.executeScript(`document.querySelector('#streams button').click()`)
      await until(async () => (await rows()).length === 1, 'the event is not shown')
      await until(() => driver.executeScript(`return document.getElementById('state').innerText === 'live'`), 'not live')
      await append(server.url, 'orders/1', { amount: 2 })
      await until(async () => (await rows()).length === 2, 'the new event is not shown')
      assert.match((await rows())[0], /^2 .*\{"amount":2\}$/)
      if (process.env.SCREENSHOT) {
        for (let i = 0; i < 30; i++) await append(server.url, 'orders/1', { amount: i, note: 'x'.repeat(i * 6) })
        await pause(500)
        writeFileSync(process.env.SCREENSHOT, await driver.takeScreenshot(), 'base64')
      }
    } finally {
      await server.end('SIGKILL')
    }
  },
}

const criteria = {
  silence: ['SUB-18'],
  restart: ['SUB-20'],
  hundred: ['SUB-23'],
  origins: ['SUB-25'],
  tickets: ['SEC-6'],
  console: [],
}

forget(judge, 'pages')
if (!hasChromium) {
  console.log('skipped: the pages, because Chromium is not installed')
  process.exit(0)
}
const rulings = []
const chosen = Object.keys(cases).filter((name) => process.argv.length < 3 || process.argv.includes(name))
let failures = 0
const driver = await chromium('--ignore-certificate-errors')
try {
  await driver.manage().setTimeouts({ script: PATIENCE_MS })
  for (const name of chosen) {
    let why = ''
    try {
      await cases[name](driver)
      console.log(`ok      a page: ${name}`)
    } catch (failure) {
      failures++
      why = failure.message
      console.log(`FAILED  a page: ${name}: ${why.slice(0, 600)}`)
    }
    rulings.push(...criteria[name].map((id) => [id, `Chromium: ${name}`, why]))
  }
} finally {
  await driver.quit()
  rmSync(scratch, { recursive: true, force: true })
}
rule(judge, 'pages', rulings)
console.log(`pages: ${chosen.length - failures} of ${chosen.length} cases have passed`)
process.exit(failures === 0 && chosen.length > 0 ? 0 : 1)
