// A `fluxlog serve` of our own, as a child process.
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'

const jar = fileURLToPath(new URL('../log-cli/target/fluxlog.jar', import.meta.url))
const java = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : 'java'

/** Starts a server and waits until it says that it is ready. */
export async function serve(data, { backend = 'chronicle', listen = '127.0.0.1:0', options = [] } = {}) {
  const args = ['-jar', jar, 'serve', '--listen', listen, '--backend', backend, ...options]
  if (backend !== 'memory') args.push('--data', data)
  const child = spawn(java, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  // Nobody is left behind when the judge itself is ended.
  const orphaned = () => child.kill('SIGKILL')
  process.once('exit', orphaned)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  child.once('exit', () => process.off('exit', orphaned))
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = /^fluxlog ready on (https?:\/\/\S+)$/.exec(line)
      if (ready) resolve(ready[1])
    })
    ended.then(({ code, signal }) => reject(new Error(`the server ended with ${code ?? signal} before it was ready`)))
  })
  return {
    url,
    /** SIGTERM: the server drains. SIGKILL: it has no say. */
    end(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

/** Runs a command to its end; what it printed. */
export function command(...words) {
  const { stdout, stderr } = spawnSync(java, ['-jar', jar, ...words], { encoding: 'utf8' })
  return { out: stdout, err: stderr }
}
