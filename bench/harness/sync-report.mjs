// The section of the report on sweeps of Recruiterflow.

import { table, whole } from './markdown.mjs'

export function syncSection({ jobs, open, sweeps, checks }, { rounds }) {
  return [
    '## Sync',
    `Sweeps of an account of Recruiterflow with ${whole(jobs)} jobs, ${whole(open)} of them open, played by a fake on this ` +
      `machine that answers at once: from the cron to the end of the last step. ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ` +
      'each on a fresh database; the median of times, the most of what is counted.',
    table(
      ['what is asked of every sweep', 'target', 'measured', 'met'],
      checks.map(({ what, target, value, isMet }) => [what, target, value, isMet ? 'yes' : 'NO']),
      [0, 1],
    ),
    'All that happens in D1 is counted, at the binding: the cron, the sweeps for work, claims, steps and ends.',
    table(
      ['sweep', 'steps', 'calls', 'of the list', 'jobs changed', 'pipelines changed', 'D1 trips', 'rows read', 'rows written'],
      sweeps.map((sweep) => [
        sweep.label,
        sweep.steps,
        whole(sweep.calls),
        whole(sweep.listCalls),
        whole(sweep.changed),
        whole(sweep.pipelinesChanged),
        whole(sweep.trips),
        whole(sweep.rowsRead),
        whole(sweep.rowsWritten),
      ]),
    ),
    'Where the time goes, in ms. The vendor is what the log of syncs says was waited for it, once for calls at the same ' +
      'time, and the reading of its answers meanwhile; D1 is what the steps waited for it; the rest of the steps is our own ' +
      'work; between the steps are the cron and the signals, each of which waits 50 ms for others to share it.',
    table(
      ['sweep', 'in all', 'vendor', 'D1', 'our own', 'between steps'],
      sweeps.map(({ label, wallMs, stepsMs, vendorMs, d1Ms, cpuMs }) => [
        label,
        ...[wallMs, vendorMs, d1Ms, cpuMs, wallMs - stepsMs].map(whole),
      ]),
    ),
    'Memory is that of the isolate that runs the steps, as the inspector of the runtime tells it every 10 ms, in MiB: the ' +
      'largest JavaScript heap that was seen, garbage that was not yet collected and buffers included, and the memory of the ' +
      'wasm, which never shrinks; compiled code is not in it. D1 is another isolate, and not in it.',
    table(
      ['sweep', 'JavaScript heap', 'wasm', 'together'],
      sweeps.map(({ label, heap, wasm }) => [label, mebibytes(heap), mebibytes(wasm), mebibytes(heap + wasm)]),
    ),
  ]
}

const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(1)
