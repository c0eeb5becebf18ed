// What the peer's Worker is given, and the part of D1's interface that it uses.

export interface Statement {
  bind(...values: unknown[]): Statement
  all<Row>(): Promise<{ results: Row[] }>
  first<Row>(): Promise<Row | null>
}

export interface Database {
  prepare(sql: string): Statement
  batch<Row>(statements: Statement[]): Promise<{ results: Row[] }[]>
}

export interface Bindings {
  DB: Database
  API_KEY: string
}

export type AppEnv = { Bindings: Bindings; Variables: { requestId: string } }
