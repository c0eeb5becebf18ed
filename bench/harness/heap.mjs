// The memory of a Worker's isolate, asked of the runtime's inspector while it works: the JavaScript heap, garbage
// that was not yet collected, buffers and the runtime's own objects included, and the linear memory of its wasm,
// which never shrinks. It is what the platform's limit of 128 MB counts, but for compiled code; D1, the queue and
// Miniflare's own Workers are other isolates.

const EVERY_MS = 10

/** How the inspector names Workers that are not Miniflare's own. */
const USER = 'core:user:'

export class HeapWatch {
  #socket
  #asked = new Map()
  #next = 0
  #peak = 0
  #samples = 0
  #timer
  #failed
  #context

  /** Connects to the inspector of this Worker. */
  static async of(worker) {
    const url = await worker.inspectorUrl()
    const targets = await (await fetch(`http://${url.host}/json`)).json()
    const target = targets.find(({ id }) => id.startsWith(USER))
    if (!target) throw new Error(`the inspector knows no Worker of ours: ${targets.map(({ id }) => id).join(', ')}`)
    const watch = new HeapWatch()
    await watch.#connect(target.webSocketDebuggerUrl)
    return watch
  }

  #connect(url) {
    this.#socket = new WebSocket(url)
    this.#socket.addEventListener('message', ({ data }) => {
      const { id, result, error, method, params } = JSON.parse(data)
      if (method === 'Runtime.executionContextCreated') this.#context = params.context.id
      const waiting = this.#asked.get(id)
      this.#asked.delete(id)
      if (error) waiting?.reject(new Error(`the inspector: ${error.message}`))
      else waiting?.resolve(result)
    })
    return new Promise((resolve, reject) => {
      this.#socket.addEventListener('open', resolve, { once: true })
      this.#socket.addEventListener('error', () => reject(new Error('the inspector can not be reached')), { once: true })
    })
  }

  #ask(method, params = {}) {
    const id = ++this.#next
    this.#socket.send(JSON.stringify({ id, method, params }))
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }))
  }

  /** Begins to look, many times a second. */
  start() {
    this.#peak = 0
    this.#samples = 0
    const look = async () => {
      try {
        const usage = await this.#ask('Runtime.getHeapUsage')
        const { usedSize, embedderHeapUsedSize, backingStorageSize } = usage
        this.#peak = Math.max(this.#peak, usedSize + embedderHeapUsedSize + backingStorageSize)
        this.#samples++
        this.#timer = setTimeout(look, EVERY_MS)
      } catch (error) {
        this.#failed = error
      }
    }
    look()
  }

  /** The largest heap that was seen since the start, and the wasm memory as it has become; in bytes. */
  async stop() {
    clearTimeout(this.#timer)
    if (this.#failed) throw this.#failed
    const wasm = await this.#wasmBytes()
    return { heap: this.#peak, wasm, samples: this.#samples }
  }

  async #wasmBytes() {
    // Only now: while it is on, the inspector is told of everything that is logged.
    await this.#ask('Runtime.enable')
    const { result: prototype } = await this.#ask('Runtime.evaluate', {
      expression: 'WebAssembly.Memory.prototype',
      contextId: this.#context,
    })
    const { objects } = await this.#ask('Runtime.queryObjects', { prototypeObjectId: prototype.objectId })
    const { result } = await this.#ask('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: 'function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) }',
      returnByValue: true,
    })
    await this.#ask('Runtime.disable')
    if (!(result.value > 0)) throw new Error(`the inspector found no wasm memory: ${JSON.stringify(result)}`)
    return result.value
  }

  close() {
    this.#socket.close()
  }
}
