// Fills a D1 database: the project's migrations, then rows in chunks of plain SQL.

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { unstable_splitSqlQuery as splitSql } from 'wrangler'
import { candidates } from './candidates.mjs'
import { interviews } from './interviews.mjs'
import { jobTables } from './jobs.mjs'

// One bound parameter carries a chunk as JSON: far under D1's 2 MB, however many the columns.
const CHUNK_ROWS = 500

export async function loadD1(database, migrations, sizes) {
  for (const file of readdirSync(migrations).filter((name) => name.endsWith('.sql')).sort()) {
    for (const statement of splitSql(readFileSync(join(migrations, file), 'utf8'))) {
      await database.prepare(statement).run()
    }
  }
  await insertAll(database, 'candidates', candidates(sizes.candidates))
  await insertAll(database, 'interviews', interviews(sizes.interviews, sizes.candidates))
  for (const [table, rows] of jobTables(sizes.jobs)) await insertAll(database, table, rows)
  await database.prepare(CREATED_EVENTS).run()
}

// A log as long as the table, of a type outside the activity feed: the feed has to pass it by.
const CREATED_EVENTS = `
  INSERT INTO events (id, type, at, subject_type, subject_id, data)
  SELECT uuid, 'candidate.updated', updated_at, 'candidate', id, '{}' FROM candidates`

async function insertAll(database, table, rows) {
  for (const chunk of chunks(rows, CHUNK_ROWS)) {
    const columns = Object.keys(chunk[0])
    const values = columns.map((column) => `value ->> '$.${column}'`)
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM json_each(?1)`
    await database.prepare(sql).bind(JSON.stringify(chunk)).run()
  }
}

function* chunks(rows, size) {
  let chunk = []
  for (const row of rows) {
    chunk.push(row)
    if (chunk.length === size) {
      yield chunk
      chunk = []
    }
  }
  if (chunk.length > 0) yield chunk
}
