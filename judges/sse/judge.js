// Lets every client follow streams of `fluxlog serve` through what networks and servers do to it, and compares what it was
// told with what was appended: each event once, in order, byte for byte.
//
//   node judge.js [NAME ...]     these clients only; FLUXLOG_SEED=N replays the cuts
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { serve } from '../server.js'
import { browserClients } from './clients/browser.js'
import { javaClients } from './clients/java.js'
import { nodeClients } from './clients/node.js'
import { lines, payloads } from './payloads.js'
import { cuttingProxy } from './proxy.js'
import { random } from './random.js'

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

async function following(client, path, body) {
  const told = new Told()
  const stop = await client.follow(`${proxy.url}${path}`, told)
  try {
    await body(told)
  } finally {
    proxy.cut(0)
    await stop()
  }
}

function same(told, wanted) {
  const ids = wanted.map((_, i) => String(i + 1))
  assert.deepEqual(told.events.map(([id]) => id), ids)
  told.events.forEach(([id, got], i) => assert.ok(got === wanted[i], `${id} is ${JSON.stringify(got).slice(0, 80)}`))
}

const value = (event) => JSON.parse(event).data
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
      told.events = told.events.map(([id, event]) => [id, value(event)])
      same(told, names(5))
    })
  },
}

const browser = await browserClients()
const clients = [...browser.clients, ...nodeClients, ...javaClients]
const wanted = process.argv.slice(2)
const chosen = clients.filter((client) => wanted.length === 0 || wanted.some((name) => client.name.includes(name)))
let failures = 0
try {
  console.log(`seed ${seed}`)
  for (const client of chosen) {
    for (const [name, judge] of Object.entries(cases)) {
      const stream = `${client.name.replace(/[^a-z]/gi, '')}/${name}`
      try {
        await judge(client, stream)
        console.log(`ok      ${client.name}: ${name}`)
      } catch (failure) {
        failures++
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
const all = Object.keys(cases).length * chosen.length
console.log(`${chosen.length} clients: ${all - failures} of ${all} cases have passed`)
process.exit(failures === 0 && chosen.length > 0 ? 0 : 1)
