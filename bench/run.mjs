// The benchmark: builds, starts, measures and reports. See README.md.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const OLDEST_NODE = 22
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(`Node ${OLDEST_NODE} or newer is needed; "npm run bench" uses the project's own.`)
  process.exit(1)
}

const { BENCH } = await import('./harness/folders.mjs')
const { readOptions } = await import('./harness/options.mjs')
const { installPackages, installPython } = await import('./harness/install.mjs')

const options = readOptions(process.argv.slice(2), process.env)
installPackages()
installPython()

// Only now, for these need what was just installed.
const { measureCosts } = await import('./harness/costs.mjs')
const { measureJobList } = await import('./harness/job-list.mjs')
const { machineFacts } = await import('./harness/machine.mjs')
const { report } = await import('./harness/report.mjs')
const { measureSizes } = await import('./harness/size.mjs')
const { measureStartUp } = await import('./harness/start-up.mjs')
const { measureSync } = await import('./harness/sync.mjs')
const { buildOurs } = await import('./harness/targets.mjs')
const { measureThroughput } = await import('./harness/throughput.mjs')
const { measureWebhooks } = await import('./harness/webhooks.mjs')

const wanted = (part, measure) => (options.parts.includes(part) ? measure(options) : undefined)

const machine = machineFacts()
if (options.build) buildOurs()
const sizes = await wanted('size', measureSizes)
const startUp = await wanted('start-up', measureStartUp)
const costs = await wanted('costs', measureCosts)
const sync = await wanted('sync', measureSync)
const webhooks = await wanted('webhooks', measureWebhooks)
const jobList = await wanted('jobs', measureJobList)
const throughput = await wanted('throughput', measureThroughput)
const text = report({ options, machine, throughput, costs, jobList, sync, webhooks, sizes, startUp })

console.log(`\n${text}`)
const output = options.output ?? (options.whole ? join(BENCH, 'RESULTS.md') : undefined)
if (output) writeFileSync(output, text)
