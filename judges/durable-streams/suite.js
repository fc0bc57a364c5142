// Runs the published conformance suite against a server of our own and counts: every case that is not about
// subscriptions has to pass, and there have to be as many as there are known to be.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forget, rule } from '../rulings.js'
import { serve } from '../server.js'

const CASES = 332
const backend = process.argv[2] ?? 'chronicle'
const judge = import.meta.dirname
forget(judge, backend)
const scratch = mkdtempSync(join(tmpdir(), 'fluxlog-judge-'))
const report = join(scratch, 'report.json')
// One case asks as a page of this origin would; pages of others are allowed only when they are named.
const options = ['--cors-origin', 'https://example.com']
const server = await serve(join(scratch, 'data'), { backend, options })
try {
  const args = ['vitest', 'run', '--root', import.meta.dirname, '--testTimeout=60000']
  args.push('--reporter=dot', '--reporter=json', `--outputFile.json=${report}`)
  const suite = spawn('npx', args, {
    cwd: import.meta.dirname,
    env: { ...process.env, FLUXLOG_URL: server.url },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await new Promise((resolve) => suite.once('exit', resolve))
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const cases = testResults.flatMap((file) => file.assertionResults)
  const run = cases.filter((one) => one.status === 'passed' || one.status === 'failed')
  const passed = run.filter((one) => one.status === 'passed').length
  for (const one of run.filter((one) => one.status === 'failed')) console.log(`failed: ${one.fullName}`)
  console.log(`${backend}: ${passed} of ${CASES} cases have passed, ${run.length} were run`)
  const isWhole = passed === CASES && run.length === CASES
  rule(judge, backend, [['SUB-33', `${CASES} cases, ${backend}`, isWhole ? '' : `${passed} have passed, ${run.length} were run`]])
  if (!isWhole) process.exitCode = 1
} finally {
  await server.end()
  rmSync(scratch, { recursive: true, force: true })
}
