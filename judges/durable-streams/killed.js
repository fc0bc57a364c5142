// The official client loses its server to `kill -9`, again and again, and goes on as if nothing had happened: the
// producer repeats what was not answered, the reader resumes from the last offset it was given, and every value arrives
// exactly once and in order.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DurableStream, stream } from '@durable-streams/client'
import { serve } from '../server.js'

const KILLS = 3
const VALUES = 300
const PATIENCE_MS = 120_000
const scratch = mkdtempSync(join(tmpdir(), 'fluxlog-judge-'))
const data = join(scratch, 'data')
const deadline = Date.now() + PATIENCE_MS

let server = await serve(data)
const listen = server.url.replace('http://', '')
const url = `${server.url}/v1/stream/killed/orders`
await DurableStream.create({ url, contentType: 'application/json' })

/** Sends an append and does not read the answer. */
function send(value) {
  const body = JSON.stringify({ value })
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname).on('error', () => {}).pause()
  const head = ['Content-Type: application/json', 'Producer-Id: judge', 'Producer-Epoch: 0', `Producer-Seq: ${value}`]
  head.push(`Host: ${listen}`, `Content-Length: ${body.length}`)
  socket.write(`POST ${pathname} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`)
  return socket
}

/** Appends with a producer's number until it is answered; the same number again is no second value. */
async function append(value) {
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Producer-Id': 'judge',
          'Producer-Epoch': '0',
          'Producer-Seq': String(value),
        },
        body: JSON.stringify({ value }),
      })
      assert.ok(answer.status === 200 || answer.status === 204, `append ${value} was answered ${answer.status}`)
      return answer.status === 204
    } catch (lost) {
      if (lost instanceof assert.AssertionError) throw lost
      await pause(50)
    }
  }
  throw new Error(`append ${value} was never answered`)
}

/** Follows with the official client until everything has come; a lost server is met with the last offset. */
async function follow(live, seen) {
  let offset = '-1'
  while (seen.length < VALUES && Date.now() < deadline) {
    const gone = new AbortController()
    try {
      const response = await stream({ url, offset, live, signal: gone.signal })
      const unsubscribe = response.subscribeJson(async (batch) => {
        seen.push(...batch.items.map((item) => item.value))
        offset = batch.offset
      })
      while (seen.length < VALUES && Date.now() < deadline) {
        if (await Promise.race([response.closed.then(() => true, () => true), pause(50, false)])) break
      }
      unsubscribe()
    } catch (lost) {
      await pause(50)
    } finally {
      gone.abort()
    }
  }
}

try {
  const byEvents = []
  const byPolls = []
  const readers = [follow('sse', byEvents), follow('long-poll', byPolls)]
  let repeated = 0
  for (let value = 0; value < VALUES; value++) {
    if (value > 0 && value % Math.floor(VALUES / (KILLS + 1)) === 0 && repeated < KILLS) {
      // Committed, for the readers have it, and never answered, for nobody read the answer.
      const request = send(value)
      while (!byEvents.includes(value)) {
        assert.ok(Date.now() < deadline, `value ${value} was never seen`)
        await pause(5)
      }
      await server.end('SIGKILL')
      request.destroy()
      server = await serve(data, { listen })
      assert.ok(await append(value), `append ${value} was taken a second time`)
      repeated++
    } else {
      assert.ok(!(await append(value)), `append ${value} was taken for a repeat`)
    }
  }
  await Promise.all(readers)
  const wanted = Array.from({ length: VALUES }, (_, value) => value)
  assert.deepEqual(byEvents, wanted, 'by server-sent events')
  assert.deepEqual(byPolls, wanted, 'by long polls')
  const stored = await (await stream({ url, offset: '-1', live: false })).json()
  assert.deepEqual(stored.map((item) => item.value), wanted, 'read at the end')
  console.log(`client: ${VALUES} values exactly once, over ${repeated} kills between commit and answer`)
} finally {
  await server.end()
  rmSync(scratch, { recursive: true, force: true })
}
process.exit()
