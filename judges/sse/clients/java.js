// The clients of the Java world: a small program for each prints what it is told.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const target = fileURLToPath(new URL('../../java-clients/target', import.meta.url))
const java = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : 'java'

const programs = {
  'okhttp-eventsource': 'OkHttpFollower',
  'Spring WebClient': 'WebClientFollower',
}

/** Takes an answer without content for a stream that ended early, so the frame `sealed` has to end it. */
const endsAtFrame = ['okhttp-eventsource']

/** Hands over what is there of a frame when the body ends in order. */
const takesEndForBlankLine = ['Spring WebClient']

function client([name, program]) {
  return {
    name,
    endsAtFrame: endsAtFrame.includes(name),
    takesEndForBlankLine: takesEndForBlankLine.includes(name),
    async follow(url, told) {
      const path = `${target}/classes:${target}/lib/*`
      const child = spawn(java, ['-cp', path, `dev.fluxlog.judges.${program}`, url], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const gone = new Promise((resolve) => child.once('exit', resolve))
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [kind, id, data] = line.split(' ')
        if (kind === 'ended') told.ended()
        if (kind === 'message') told.message(id, Buffer.from(data, 'base64').toString())
      })
      return async () => {
        child.kill('SIGKILL')
        await gone
      }
    },
  }
}

/** None where they have not been built. */
export const javaClients = existsSync(`${target}/lib`) ? Object.entries(programs).map(client) : []
