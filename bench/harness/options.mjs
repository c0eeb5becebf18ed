// Command line flags and their environment twins; `--quick` only changes the defaults.

import { parseArgs } from 'node:util'

export const PARTS = ['throughput', 'costs', 'jobs', 'sync', 'webhooks', 'size', 'start-up']

const FULL = {
  rounds: '5',
  seconds: '2',
  'warm-up': '1',
  starts: '5',
  sizes: '10000,100000',
  creates: '1000',
  'finished-tasks': '1000000',
  'sync-jobs': '10000,1000',
}
const QUICK = {
  rounds: '1',
  seconds: '1',
  'warm-up': '0.5',
  starts: '1',
  sizes: '10000',
  creates: '200',
  'finished-tasks': '10000',
  'sync-jobs': '1000,100',
}

export function readOptions(argv, env) {
  const flags = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      'warm-up': { type: 'string' },
      starts: { type: 'string' },
      sizes: { type: 'string' },
      creates: { type: 'string' },
      'finished-tasks': { type: 'string' },
      'sync-jobs': { type: 'string' },
      scenarios: { type: 'string' },
      parts: { type: 'string' },
      'no-build': { type: 'boolean' },
      output: { type: 'string' },
    },
  }).values
  const defaults = flags.quick ? QUICK : FULL
  const setting = (name) => flags[name] ?? env[`BENCH_${name.toUpperCase().replace('-', '_')}`] ?? defaults[name]
  const options = {
    rounds: positive('rounds', setting('rounds')),
    seconds: positive('seconds', setting('seconds')),
    warmUpSeconds: positive('warm-up', setting('warm-up')),
    starts: positive('starts', setting('starts')),
    sizes: list(setting('sizes')).map((size) => positive('sizes', size)),
    creates: positive('creates', setting('creates')),
    finishedTasks: positive('finished-tasks', setting('finished-tasks')),
    syncJobs: list(setting('sync-jobs')).map((jobs) => positive('sync-jobs', jobs)),
    scenarios: list(setting('scenarios')),
    parts: list(setting('parts') ?? PARTS.join(',')),
    build: !flags['no-build'],
    output: flags.output,
  }
  const [jobs, open] = options.syncJobs
  if (options.syncJobs.length !== 2 || open > jobs) throw new Error('sync-jobs must be two numbers: all jobs, and those of them that are open')
  const unknown = options.parts.filter((part) => !PARTS.includes(part))
  if (unknown.length > 0) throw new Error(`unknown parts: ${unknown.join(', ')}; known: ${PARTS.join(', ')}`)
  options.whole = !flags.quick && options.scenarios.length === 0 && options.parts.length === PARTS.length
  return options
}

const list = (text) => (text ?? '').split(',').map((item) => item.trim()).filter(Boolean)

function positive(name, text) {
  const number = Number(text)
  if (!(number > 0)) throw new Error(`${name} must be a number above 0, not "${text}"`)
  return number
}
