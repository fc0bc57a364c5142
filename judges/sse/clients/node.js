// The clients of npm that run in Node.js, as their documentation says they are to be used.
import { EventSource as OfEventSource } from 'eventsource'
import { createEventSource } from 'eventsource-client'
import { EventSource as OfLaunchDarkly } from 'launchdarkly-eventsource'
import { EventSource as OfUndici } from 'undici'

/** Those that are like a browser's EventSource. */
function standard(name, EventSource, options) {
  return {
    name,
    async follow(url, told) {
      const source = new EventSource(url, options)
      source.onmessage = (event) => told.message(event.lastEventId, event.data)
      source.onerror = () => {
        if (source.readyState === 2) told.ended()
      }
      return () => source.close()
    },
  }
}

const client = {
  name: 'eventsource-client',
  async follow(url, told) {
    const source = createEventSource({
      url,
      onMessage: ({ data, event, id }) => {
        if (event === undefined) told.message(id, data)
      },
      // It closes behind this call when it was told that there is no more.
      onDisconnect: () => queueMicrotask(() => source.readyState === 'closed' && told.ended()),
    })
    return () => source.close()
  },
}

const launchDarkly = {
  name: 'launchdarkly-eventsource',
  async follow(url, told) {
    const source = new OfLaunchDarkly(url, { initialRetryDelayMillis: 100, maxBackoffMillis: 1_000 })
    source.onmessage = (event) => told.message(event.lastEventId, event.data)
    source.onerror = () => {}
    source.onclosed = () => told.ended()
    return () => source.close()
  },
}

export const nodeClients = [
  standard('eventsource', OfEventSource),
  standard('undici', OfUndici),
  client,
  launchDarkly,
]
