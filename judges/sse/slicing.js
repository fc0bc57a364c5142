// A proxy that hands event streams on in slices of a few bytes and cuts them inside a frame: after every four events it
// lets so much of the next frame through as it has not tried yet, none of it at first, all but its last byte at last.
import { createServer, request } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'

const SLICE_BYTES = 7
const EVENTS = 4
const isEvent = (frame) => /(^|\n)id: /.test(frame.toString('latin1')) && /(^|\n)data:/.test(frame.toString('latin1'))

/**
 * @param target the port behind it
 * @param sample how long the frames are of which each byte is tried; of others any byte is cut
 * @param orderly whether half of the bodies end with their connection, as behind a proxy of HTTP/1.0, so that nothing but
 *     the format tells that a frame is not whole; the others are chunked, and lack their last chunk
 */
export async function slicingProxy(target, sample, random, orderly = true) {
  const tried = new Set()
  const requests = []
  let cuts = 0

  const server = createServer((asked, answer) => {
    requests.push(`${asked.method} ${asked.url}`)
    const { host, connection, ...headers } = asked.headers
    const upstream = request({ port: target(), host: '127.0.0.1', method: asked.method, path: asked.url, headers })
    upstream.on('error', () => answer.destroy())
    answer.on('close', () => upstream.destroy())
    asked.pipe(upstream)
    upstream.on('response', (given) => {
      given.on('error', () => answer.destroy())
      if (given.headers['content-type'] !== 'text/event-stream') {
        answer.writeHead(given.statusCode, given.headers)
        given.pipe(answer)
        return
      }
      const { 'transfer-encoding': chunked, ...own } = given.headers
      answer.useChunkedEncodingByDefault = !(orderly && random(2))
      answer.shouldKeepAlive = false
      answer.writeHead(given.statusCode, { ...own, connection: 'close' })
      answer.socket.setNoDelay(true)
      hand(given, answer).catch(() => answer.destroy())
    })
  })

  async function hand(given, answer) {
    let waiting = Buffer.alloc(0)
    let events = 0
    for await (const bytes of given) {
      waiting = Buffer.concat([waiting, bytes])
      for (let end = waiting.indexOf('\n\n'); end >= 0; end = waiting.indexOf('\n\n')) {
        const frame = waiting.subarray(0, end + 2)
        waiting = waiting.subarray(end + 2)
        if (isEvent(frame) && ++events > EVENTS && tried.size < sample) {
          let length = random(Math.min(frame.length, 5_000))
          if (frame.length === sample) {
            while (tried.has(length % sample)) length++
            tried.add((length %= sample))
          }
          cuts++
          await slice(frame.subarray(0, length), answer)
          // In order half of the time, and by a reset otherwise, with which pieces may be lost that were sent before.
          if (random(2)) answer.socket.end()
          else answer.socket.resetAndDestroy()
          return
        }
        await slice(frame, answer)
      }
    }
    answer.end(waiting)
  }

  async function slice(bytes, answer) {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const isRoom = answer.write(bytes.subarray(at, at + SLICE_BYTES))
      if (answer.destroyed) throw new Error('gone')
      if (isRoom) await turn()
      else await new Promise((resolve) => { answer.once('drain', resolve); answer.once('close', resolve) })
    }
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    tried,
    /** Method and address of each request so far. */
    requests,
    get cuts() {
      return cuts
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
