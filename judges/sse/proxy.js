// A proxy that cuts event streams: after a few frames it lets a piece of the next one through and ends the connection.
import { connect, createServer } from 'node:net'

/** @param target the port behind it, asked for with every connection, since servers come and go */
export async function cuttingProxy(target, random) {
  const sockets = new Set()
  let cutsLeft = 0
  let cuts = 0
  const targets = []

  const server = createServer((client) => {
    const upstream = connect(target(), '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes) => {
      const line = /^[A-Z]+ (\S+) HTTP\/1\.1\r\n/.exec(bytes.toString('latin1'))
      if (line) targets.push(line[1])
      upstream.write(bytes)
    })
    let isEventStream = false
    let framesLeft = 2 + random(5)
    upstream.on('data', (bytes) => {
      isEventStream ||= bytes.includes('text/event-stream')
      if (!isEventStream || cutsLeft === 0) {
        client.write(bytes)
        return
      }
      for (let at = bytes.indexOf('\n\n'); at >= 0; at = bytes.indexOf('\n\n', at + 2)) {
        if (--framesLeft === 0) {
          cutsLeft--
          cuts++
          const end = Math.min(bytes.length, at + 2 + random(60))
          // In order half of the time, so that all of the piece arrives, and by a reset otherwise.
          client.write(bytes.subarray(0, end), () => (random(2) ? client.end() : client.resetAndDestroy()))
          upstream.destroy()
          return
        }
      }
      client.write(bytes)
    })
    upstream.on('end', () => client.end())
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Lets it cut so many connections more. */
    cut(times) {
      cutsLeft = times
    },
    /** How often a client has asked for a path; others that are told to go on elsewhere may ask at the same time. */
    requests(path) {
      return targets.filter((target) => target.split('?')[0] === path).length
    },
    get cuts() {
      return cuts
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
