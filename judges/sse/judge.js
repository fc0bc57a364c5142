// Lets every client follow streams of `fluxlog serve` through what networks and servers do to it, and compares what it was
// told with what was appended: each event once, in order, byte for byte.
//
//   node judge.js [NAME ...]     these clients and cases only; FLUXLOG_SEED=N replays the cuts
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { forget, rule } from '../rulings.js'
import { serve } from '../server.js'
import { browserClients } from './clients/browser.js'
import { javaClients } from './clients/java.js'
import { nodeClients } from './clients/node.js'
import { lines, payloads } from './payloads.js'
import { cuttingProxy } from './proxy.js'
import { random } from './random.js'
import { slicingProxy } from './slicing.js'

const PATIENCE_MS = 60_000
const CUTS = 20
const EVENTS = 200
const KILLS = 2
const seed = Number(process.env.FLUXLOG_SEED ?? Date.now() % 2 ** 31)
const next = random(seed)
const scratch = mkdtempSync(join(tmpdir(), 'fluxlog-judge-'))
const data = join(scratch, 'data')
const options = ['--retry', '100ms']
const text = { 'Content-Type': 'application/vnd.fluxlog.events+json' }

let server = await serve(data, { options })
const listen = new URL(server.url).host
const proxy = await cuttingProxy(() => Number(new URL(server.url).port), next)

/** With a key, so that an append that is tried again is there once. */
async function append(stream, first, events, attempts = 1) {
  const body = JSON.stringify(events.map((one) => ({ contentType: 'text/plain', data: one })))
  const headers = { ...text, 'Idempotency-Key': `${stream}-${first}` }
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(`${server.url}/streams/${stream}`, { method: 'POST', headers, body })
      if (!answer.ok) throw new Error(`an append was answered ${answer.status}: ${await answer.text()}`)
      return
    } catch (lost) {
      if (attempt >= attempts) throw lost
      await pause(50)
    }
  }
}

/** What a client is told, until somebody has seen enough. */
class Told {
  events = []
  hasEnded = false
  message(id, told) {
    this.events.push([id, told])
  }
  ended() {
    this.hasEnded = true
  }
  async until(condition, what) {
    for (const deadline = Date.now() + PATIENCE_MS; !condition(); await pause(20)) {
      const ids = this.events.map(([id]) => id).join(' ')
      assert.ok(Date.now() < deadline, `${what}; ${this.events.length} events came: ${ids}`)
    }
  }
}

async function following(client, path, body, through = proxy.url) {
  const told = new Told()
  const stop = await client.follow(`${through}${path}`, told)
  try {
    await body(told)
  } finally {
    proxy.cut(0)
    await stop()
  }
}

function same(told, wanted, first = 1) {
  const ids = wanted.map((_, i) => String(first + i))
  assert.deepEqual(told.events.map(([id]) => id), ids)
  told.events.forEach(([id, got], i) => assert.ok(got === wanted[i], `${id} is ${JSON.stringify(got).slice(0, 80)}`))
}

const value = (event) => JSON.parse(event).data
/** In two lines, with an emoji: `data: é:`, `data: …`, and an id of three digits. */
const SAMPLE = 'é:\n\u{1F600}'
const SAMPLE_BYTES = Buffer.byteLength(`data: é:\ndata: \u{1F600}\nid: 100\n\n`)
const names = (count, from = 0) => Array.from({ length: count }, (_, i) => `event ${from + i}`)

const cases = {
  async payloads(client, stream) {
    await append(stream, 0, payloads.map(([, payload]) => payload))
    await following(client, `/streams/${stream}?from=start`, async (told) => {
      await told.until(() => told.events.length >= payloads.length, 'not all payloads')
      told.events = told.events.map(([id, event]) => [id, value(event)])
      same(told, payloads.map(([, payload]) => payload))
    })
    await following(client, `/streams/${stream}?from=start&view=data`, async (told) => {
      await told.until(() => told.events.length >= payloads.length, 'not all payloads')
      const lost = client.loses ?? ((text) => text)
      same(told, payloads.map(([, payload]) => lost(lines(payload))))
    })
  },

  async cuts(client, stream) {
    await append(stream, 0, names(EVENTS / 2))
    proxy.cut(CUTS)
    const before = proxy.cuts
    await following(client, `/streams/${stream}?from=start`, async (told) => {
      for (let i = EVENTS / 2; i < EVENTS; i++) {
        await append(stream, i, [`event ${i}`])
        await pause(5)
      }
      await told.until(() => told.events.length >= EVENTS, 'not all events')
      await told.until(() => proxy.cuts - before === CUTS || told.events.length >= EVENTS, 'not all cuts')
      told.events = told.events.map(([id, event]) => [id, value(event)])
      same(told, names(EVENTS))
    })
    assert.ok(proxy.cuts - before >= CUTS / 2, `only ${proxy.cuts - before} connections were cut`)
  },

  async slices(client, stream) {
    const wanted = [...payloads.map(([, payload]) => payload), ...Array(SAMPLE_BYTES * 4 + 40).fill(SAMPLE)]
    await append(stream, 0, names(99))
    for (let at = 0; at < wanted.length; at += 50) await append(stream, 99 + at, wanted.slice(at, at + 50))
    const port = () => Number(new URL(server.url).port)
    const slicing = await slicingProxy(port, SAMPLE_BYTES, next, !client.takesEndForBlankLine)
    try {
      await following(client, `/streams/${stream}?after=99&view=data`, async (told) => {
        await told.until(() => told.events.length >= wanted.length, 'not all events')
        const lost = client.loses ?? ((text) => text)
        same(told, wanted.map((text) => lost(lines(text))), 100)
      }, slicing.url)
      assert.equal(slicing.tried.size, SAMPLE_BYTES, `only the bytes ${[...slicing.tried]} were cut`)
    } finally {
      slicing.close()
    }
  },

  async kills(client, stream) {
    await append(stream, 0, ['event 0'])
    await following(client, `/streams/${stream}?from=start`, async (told) => {
      let count = 1
      for (let kill = 0; kill < KILLS; kill++) {
        for (let i = 0; i < 20; i++) await append(stream, count, [`event ${count++}`], 100)
        await told.until(() => told.events.length > kill * 20, 'nothing came before the kill')
        await server.end('SIGKILL')
        server = await serve(data, { listen, options })
      }
      for (let i = 0; i < 20; i++) await append(stream, count, [`event ${count++}`], 100)
      await told.until(() => told.events.length >= count, 'not all events')
      told.events = told.events.map(([id, event]) => [id, value(event)])
      same(told, names(count))
    })
  },

  async end(client, stream) {
    await append(stream, 0, names(5))
    await following(client, `/streams/${stream}?from=start`, async (told) => {
      await told.until(() => told.events.length >= 5, 'not all events')
      const sealed = await fetch(`${server.url}/streams/${stream}`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/merge-patch+json' },
        body: '{"sealed":true}',
      })
      assert.ok(sealed.ok)
      await told.until(() => told.hasEnded, 'it does not end')
      const asked = proxy.requests(`/streams/${stream}`)
      assert.ok(asked >= (client.endsAtFrame ? 1 : 2), `it has ended behind ${asked} requests, so nothing told it that there is no more`)
      await pause(1_000)
      assert.equal(proxy.requests(`/streams/${stream}`), asked, 'it asks again')
      told.events = told.events.map(([id, event]) => [id, value(event)])
      same(told, names(5))
    })
  },
}

const browser = await browserClients()
const clients = [...browser.clients, ...nodeClients, ...javaClients]
const chromium = 'Chromium EventSource'
/** Those that are cut at each byte of a frame; others wait for so long between their attempts that it would take minutes. */
const sliced = [chromium, 'eventsource', 'undici', 'eventsource-client', 'okhttp-eventsource', 'Spring WebClient']
const isCase = (word) => Object.hasOwn(cases, word)
const wanted = process.argv.slice(2).filter((word) => !isCase(word))
const chosen = clients.filter((client) => wanted.length === 0 || wanted.some((name) => client.name.includes(name)))
const chosenCases = Object.entries(cases).filter(([name]) => !process.argv.some(isCase) || process.argv.includes(name))
const judge = import.meta.dirname
const rulings = []
let count = 0
let failures = 0
forget(judge, 'judge')
try {
  console.log(`seed ${seed}`)
  for (const client of chosen) {
    for (const [name, run] of chosenCases) {
      if (name === 'slices' && !sliced.includes(client.name)) continue
      count++
      const stream = `${client.name.replace(/[^a-z]/gi, '')}/${name}`
      try {
        await run(client, stream)
        rulings.push([client.name, name, ''])
        console.log(`ok      ${client.name}: ${name}`)
      } catch (failure) {
        failures++
        rulings.push([client.name, name, failure.message])
        console.log(`FAILED  ${client.name}: ${name}: ${failure.message.slice(0, 600)}`)
      }
    }
  }
} finally {
  await browser.quit()
  proxy.close()
  await server.end()
  rmSync(scratch, { recursive: true, force: true })
}
/** The ruling of one case for these clients, which all have to have been there. */
function ruling(id, name, ...required) {
  const found = required.map((client) => rulings.find((one) => one[0] === client && one[1] === name))
  if (found.includes(undefined)) return []
  return [[id, `${name}: ${required.join(', ')}`, found.map(([client, , why]) => why && `${client}: ${why}`).find(Boolean) ?? '']]
}

rule(judge, 'judge', [
  ...ruling('SUB-2', 'kills', chromium),
  ...ruling('SUB-16', 'slices', ...sliced),
  ...ruling('SUB-21', 'end', chromium),
])
console.log(`${chosen.length} clients: ${count - failures} of ${count} cases have passed`)
process.exit(failures === 0 && count > 0 ? 0 : 1)
