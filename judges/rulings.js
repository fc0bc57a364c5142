// What a judge found, for the check of the specification: a line for each criterion, as the tests of the build leave them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const column = (text) => String(text).replace(/[\s\p{Cc}]+/gu, ' ').trim().slice(0, 400)

/** Takes away what an earlier run found, so that it does not speak for this one. */
export function forget(folder, name) {
  rmSync(join(folder, 'target', 'rulings', `${name}.tsv`), { force: true })
}

/**
 * @param folder that of the judge
 * @param rulings [criterion, what was judged, why it failed or an empty text]
 */
export function rule(folder, name, rulings) {
  const target = join(folder, 'target', 'rulings')
  const judge = folder.slice(folder.lastIndexOf('judges/'))
  mkdirSync(target, { recursive: true })
  const lines = rulings.map(([id, what, failure]) =>
    [id, judge, what, failure ? 'failed' : 'passed', failure].map(column).join('\t'))
  writeFileSync(join(target, `${name}.tsv`), lines.map((line) => `${line}\n`).join(''))
}
