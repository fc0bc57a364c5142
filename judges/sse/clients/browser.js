// Chromium: its own EventSource, and the libraries that pages use in place of it.
import { build } from 'esbuild'
import { Browser, Builder } from 'selenium-webdriver'
import { Options } from 'selenium-webdriver/chrome.js'
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

const pages = {
  'Chromium EventSource': `
    const source = new EventSource(url)
    source.onmessage = (event) => told.push(['message', event.lastEventId, event.data])
    source.onerror = () => source.readyState === 2 && told.push(['ended'])
    stop = () => source.close()`,
  'event-source-polyfill': `
    const source = new libraries.EventSourcePolyfill(url, { heartbeatTimeout: 60000 })
    source.onmessage = (event) => told.push(['message', event.lastEventId, event.data])
    source.onerror = (event) => source.readyState === 2 && told.push(['ended'])
    stop = () => source.close()`,
  '@microsoft/fetch-event-source': `
    class End extends Error {}
    const controller = new AbortController()
    let retry = 1000
    libraries.fetchEventSource(url, {
      signal: controller.signal,
      openWhenHidden: true,
      async onopen(response) { if (response.status === 204) throw new End() },
      onmessage(event) {
        if (event.retry) retry = event.retry
        if (event.event === '' && event.id !== '') told.push(['message', event.id, event.data])
      },
      // An end of the body is no end of the stream: only an error brings it back.
      onclose() { throw new Error('closed') },
      onerror(failure) { if (failure instanceof End) throw failure; return retry },
    }).catch((failure) => failure instanceof End && told.push(['ended']))
    stop = () => controller.abort()`,
}

/** What is known to get lost in a library: empty lines before the first other one, and a byte order mark in front. */
const losses = {
  '@microsoft/fetch-event-source': (text) => text.replace(/^\n+/, '').replace(/^\uFEFF/gm, ''),
}

async function libraries() {
  const bundle = await build({
    stdin: {
      contents: `export { EventSourcePolyfill } from 'event-source-polyfill'
        export { fetchEventSource } from '@microsoft/fetch-event-source'`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'libraries',
  })
  return bundle.outputFiles[0].text
}

/** A browser that talks to nobody but us; Selenium gives each a profile of its own. */
export function chromium(...more) {
  const options = new Options().addArguments('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
    '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ...more)
  options.setAcceptInsecureCerts(more.includes('--ignore-certificate-errors'))
  options.setChromeBinaryPath(CHROMIUM)
  return new Builder().forBrowser(Browser.CHROME).setChromeOptions(options).build()
}

export const hasChromium = existsSync(CHROMIUM)

/** The clients, and what ends the browser; none where there is no Chromium. */
export async function browserClients() {
  if (!hasChromium) return { clients: [], async quit() {} }
  const driver = await chromium()
  const script = await libraries()
  const clients = Object.entries(pages).map(([name, page]) => ({
    name,
    loses: losses[name],
    async follow(url, told) {
      // A page of the same origin as the stream.
      await driver.get(new URL('/', url).href)
      await driver.executeScript(
        `const url = arguments[0]; const told = window.told = []; let stop
         ${script}; ${page}; window.stop = stop`,
        url,
      )
      let following = true
      const polling = (async () => {
        while (following) {
          for (const [kind, ...rest] of await driver.executeScript('return window.told.splice(0)')) told[kind](...rest)
          await pause(50)
        }
      })()
      return async () => {
        following = false
        await polling
        await driver.executeScript('window.stop()')
      }
    },
  }))
  return { clients, quit: () => driver.quit() }
}
