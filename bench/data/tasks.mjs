// Fills D1 with tasks that ended, as months of work leave them.

const AT_ONCE = 100_000

const SQL = `
  INSERT INTO tasks (kind, payload, status, priority, attempts, max_attempts, run, lease_ms, due_ms, signal_ms,
    dedupe_key, last_error, created_at, started_at, finished_at)
  WITH RECURSIVE numbers (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1 + ?2)
  SELECT 'deliver', json_object('endpoint_id', n % 50 + 1),
    CASE WHEN n % 100 < 96 THEN 'completed' WHEN n % 100 < 98 THEN 'failed' ELSE 'dead' END,
    5, 1, 1000, 1, 40000, 1780000000000 + n * 1000, 1780000000000 + n * 1000, 'deliver:' || (n % 50 + 1),
    iif(n % 100 < 96, NULL, 'an invented error'), '2026-06-01T00:00:00Z', '2026-06-01T00:00:00Z',
    '2026-06-01T00:00:01Z'
  FROM numbers`

export async function insertFinishedTasks(database, count) {
  for (let from = 0; from < count; from += AT_ONCE) {
    await database.prepare(SQL).bind(from, Math.min(AT_ONCE, count - from)).run()
  }
}
