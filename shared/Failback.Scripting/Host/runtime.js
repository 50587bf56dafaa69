// What a userscript finds around it. Called once per engine, before the script; answers { load, plan, run, finish }.
(function (writesOf) {
  'use strict';
  const { parse, stringify, rawJSON } = JSON;
  const { keys, hasOwn, defineProperty, getOwnPropertyDescriptor, freeze, getPrototypeOf } = Object;
  const { apply } = Reflect;
  const { isWellFormed, toWellFormed } = String.prototype;
  const isArray = Array.isArray;
  const now = Date.now;
  const random = Math.random;

  // What has no use here: waiting, threads, machine code, dynamic source.
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'gc', 'eval', 'Function']) delete globalThis[name];
  for (const f of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    defineProperty(getPrototypeOf(f), 'constructor', { value: undefined });
  }

  const sources = new Map();
  const schemas = new Map();
  const tables = new Map();
  const problems = [];
  const modules = [];
  const MaxLines = 200;
  const MaxText = 500;
  const MaxMade = 10000;
  let said = [];
  let open = true;
  let fanned = 0;

  // ---- registering ----

  const here = () => lineOf(new Error().stack);
  const lineOf = stack => {
    const found = /userscript\.js[^:\n]*:(\d+)/.exec(String(stack));
    return found ? Number(found[1]) : 0;
  };
  const refuse = message => { problems.push({ severity: 'error', line: here(), message }); };
  const remark = message => { problems.push({ severity: 'warning', line: here(), message }); };
  const register = (map, name, what, value) => {
    if (!open) throw new Error('tables and sources are configured while the script is loaded, not by its handlers');
    if (typeof name !== 'string' || name === '') return refuse(`${what}: the name must be a string`);
    const key = parts(name);
    if (map.has(key.join('.'))) return refuse(`${what}: "${name}" is configured twice`);
    map.set(key.join('.'), { name, parts: key, line: here(), ...value });
  };

  // Quoted parts keep their dots; names compare regardless of case.
  const parts = name => (name.match(/"(?:[^"]|"")*"|[^.]+/g) ?? [name]).map(p => (p[0] === '"' ? p.slice(1, -1).replaceAll('""', '"') : p).toLowerCase());
  const isFunction = (f, what) => {
    if (f === undefined) return false;
    if (typeof f === 'function') return true;
    refuse(`${what} must be a function`);
    return false;
  };
  const known = (props, what, names) => {
    if (props === null || typeof props !== 'object') { refuse(`${what}: an object with handlers is expected`); return {}; }
    for (const name of keys(props)) if (!names.includes(name)) refuse(`${what}: there is no property "${name}"`);
    return props;
  };

  const Durations = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, ms: 1, s: 1000, m: 60000, h: 3600000 };
  const milliseconds = text => {
    const found = [...String(text).matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
    return found.length > 0 && found.map(f => f[0]).join('') === String(text) ? found.reduce((sum, f) => sum + Number(f[1]) * Durations[f[2]], 0) : NaN;
  };
  const deadlinesOf = (value, what) => keys(value ?? {}).map(column => {
    const age = milliseconds(value[column]);
    if (!(age > 0)) refuse(`${what}: the deadline of "${column}" is no duration such as "1h30m"`);
    return { column, age };
  });
  const columnsOf = (value, what) => {
    if (value === undefined) return [];
    if (isArray(value)) return value.map(String);
    if (value !== null && typeof value === 'object') return keys(value).filter(c => value[c]);
    refuse(`${what}: ignore names columns`);
    return [];
  };

  const NotHere = {
    merge: 'merge reads the target row: versions are ordered by their changefeed timestamp, and the newest one wins',
    cas: 'cas compares with the target row: versions are ordered by their changefeed timestamp, and the newest one wins',
    exprs: 'exprs are SQL: compute the value in map',
  };

  function configureSource(name, props) {
    const what = `configureSource("${name}")`;
    const { target, dispatch, deletesTo, recurse } = known(props, what, ['target', 'dispatch', 'deletesTo', 'recurse']);
    const dispatches = isFunction(dispatch, `${what}: dispatch`);
    if (dispatches === (target !== undefined)) return refuse(`${what}: either target or dispatch is needed`);
    if (dispatches && typeof deletesTo !== 'string' && typeof deletesTo !== 'function') return refuse(`${what}: dispatch needs deletesTo, a table or a function`);
    if (!dispatches && typeof target !== 'string') return refuse(`${what}: target must be the name of a table`);
    register(sources, name, what, {
      targets: [target, deletesTo].filter(t => typeof t === 'string'),
      recurse: recurse === true,
      upsert: dispatches ? (row, meta) => dispatch(row, meta) : row => ({ [target]: [row] }),
      remove: typeof deletesTo === 'function' ? (key, meta) => deletesTo(key, meta) : key => ({ [deletesTo ?? target]: [key] }),
    });
  }

  function configureTable(name, props) {
    const what = `configureTable("${name}")`;
    const given = known(props, what, ['map', 'deleteKey', 'merge', 'apply', 'cas', 'deadlines', 'exprs', 'extras', 'ignore', 'rowLimit']);
    for (const option of keys(given)) {
      if (NotHere[option] && given[option] !== undefined) refuse(`${what}: ${NotHere[option]}`);
    }
    if (given.rowLimit !== undefined) remark(`${what}: rowLimit has no effect, statements are sized by the applier`);
    const extras = typeof given.extras === 'string' && given.extras !== '' ? given.extras : undefined;
    if (given.extras !== undefined && extras === undefined) refuse(`${what}: extras must be the name of a column`);
    register(tables, name, what, {
      upsert: isFunction(given.map, `${what}: map`) ? given.map : undefined,
      remove: isFunction(given.deleteKey, `${what}: deleteKey`) ? given.deleteKey : undefined,
      write: isFunction(given.apply, `${what}: apply`) ? given.apply : undefined,
      extras,
      ignore: columnsOf(given.ignore, what),
      deadlines: deadlinesOf(given.deadlines, what),
    });
  }

  function configureTargetSchema(name, props) {
    const what = `configureTargetSchema("${name}")`;
    const { onRowUpsert, onRowDelete } = known(props, what, ['onRowUpsert', 'onRowDelete']);
    if (!isFunction(onRowUpsert, `${what}: onRowUpsert`) || !isFunction(onRowDelete, `${what}: onRowDelete`)) return refuse(`${what}: onRowUpsert and onRowDelete are both needed`);
    register(schemas, name, what, { targets: [], upsert: onRowUpsert, remove: onRowDelete });
  }

  function configureTargetTables(names, props) {
    const what = 'configureTargetTables';
    const { onRowUpsert, onRowDelete, onWrite } = known(props, what, ['onRowUpsert', 'onRowDelete', 'onWrite']);
    if (!isArray(names)) return refuse(`${what}: a list of tables is expected`);
    const upsert = isFunction(onRowUpsert, `${what}: onRowUpsert`) ? onRowUpsert : undefined;
    const remove = isFunction(onRowDelete, `${what}: onRowDelete`) ? onRowDelete : undefined;
    if ((upsert === undefined) !== (remove === undefined)) return refuse(`${what}: onRowUpsert and onRowDelete belong together`);
    const write = isFunction(onWrite, `${what}: onWrite`) ? onWrite : undefined;
    for (const name of names) register(tables, name, what, { upsert, remove, write, ignore: [], deadlines: [] });
  }

  // The transaction of the target as far as a script has one: what it would be told, and a way on for the rows.
  const quotedName = name => `"${name.replaceAll('"', '""')}"`;
  const noSql = name => () => { throw new Error(`getTX().${name}: SQL of a script would be run past the versions, the counts and the order of the rows: change the operations and hand them over`); };
  const transaction = freeze({
    apply: operations => writes.hand(operations),
    columns: () => target().columns.map(([name, type, isKey, isIgnored]) => ({ name: quotedName(name), type, primary: isKey === 1, ignored: isIgnored === 1 })),
    schema: () => quotedName(target().meta[0]),
    table: () => `${quotedName(target().meta[0])}.${quotedName(target().meta[1])}`,
    exec: noSql('exec'),
    query: noSql('query'),
  });
  let present;
  const target = () => {
    if (present === undefined) throw new Error('getTX belongs to the handlers of a table, while they run');
    return present;
  };
  const getTX = () => target() && transaction;
  const randomUUID = () => 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, c => (c === 'x' ? random() * 16 | 0 : (random() * 4 | 0) + 8).toString(16));

  // failback@v1
  class Upsert { constructor(row) { this.row = row; } }
  class Remove { }
  const removed = freeze(new Remove());

  function source(name, props) {
    const what = `source("${name}")`;
    const { upsert, remove, targets } = known(props, what, ['upsert', 'remove', 'targets']);
    register(sources, name, what, {
      targets: isArray(targets) ? targets.map(String) : [],
      named: true,
      upsert: isFunction(upsert, `${what}: upsert`) ? upsert : row => row,
      remove: isFunction(remove, `${what}: remove`) ? remove : key => key,
    });
  }

  function table(names, props) {
    const what = 'table';
    const { upsert, remove, write, ignore, rename, deadlines } = known(props, what, ['upsert', 'remove', 'write', 'ignore', 'rename', 'deadlines']);
    const renames = keys(rename ?? {}).map(from => [from, rename[from]]);
    const move = row => {
      for (const [from, to] of renames) {
        const old = getOwnPropertyDescriptor(row, from);
        if (!old) continue;
        delete row[from];
        defineProperty(row, to, old);
      }
      return row;
    };
    const hasUpsert = isFunction(upsert, `${what}: upsert`);
    const hasRemove = isFunction(remove, `${what}: remove`);
    const value = {
      named: true,
      upsert: hasUpsert || renames.length > 0 ? (row, meta) => hasUpsert ? upsert(move(row), meta) : move(row) : undefined,
      remove: hasRemove || renames.length > 0 ? (key, meta) => hasRemove ? remove(move(key), meta) : move(key) : undefined,
      write: isFunction(write, `${what}: write`) ? write : undefined,
      ignore: columnsOf(ignore, what),
      deadlines: deadlinesOf(deadlines, what),
    };
    for (const name of isArray(names) ? names : [names]) register(tables, name, what, value);
  }

  const replicator1 = freeze({
    __esModule: true,
    configureSource,
    configureTable,
    randomUUID,
    getTX,
    standardMerge: fallback => ({ fallback }),
    setOptions: options => keys(options ?? {}).forEach(o => remark(`setOptions: ${o} has no effect, settings belong to the definition of the failback`)),
  });
  const Modules = {
    'replicator@v1': replicator1,
    'cdc-sink@v1': replicator1,
    'replicator@v2': freeze({ __esModule: true, configureTargetSchema, configureTargetTables, randomUUID, getTX, write: operations => writes.hand(operations) }),
    'failback@v1': freeze({ __esModule: true, source, table, upsert: row => new Upsert(row), remove: () => removed, randomUUID }),
  };
  const require = name => {
    if (!hasOwn(Modules, name)) throw new Error(`there is no module "${name}": a script may import ${keys(Modules).join(', ')}`);
    if (!modules.includes(name)) modules.push(name);
    return Modules[name];
  };

  const say = (...values) => {
    if (said.length < MaxLines) said.push(values.map(v => typeof v === 'string' ? v : stringify(v) ?? String(v)).join(' ').slice(0, MaxText));
  };
  const console = freeze({ log: say, info: say, warn: say, error: say, debug: say, trace: say });

  // ---- rows ----

  // Numbers inside a document that 64 bits cannot hold stay their own text; JSON.stringify writes it out again.
  const isExact = (value, text) => String(value) === text || (text.replace(/[-+.]|e.*$/gi, '').replace(/^0+/, '').length <= 15 && Number.isFinite(value) && (value !== 0 || !/[1-9]/.test(text.replace(/e.*$/i, ''))));
  const exactly = (_, value, context) => typeof value === 'number' && !isExact(value, context.source) ? rawJSON(context.source) : value;
  const isText = text => apply(isWellFormed, text, []);
  const guard = function (key, value) {
    if (typeof value === 'string' && !isText(value)) throw new Error(`"${key}" holds half of a surrogate pair, which no database keeps`);
    if (typeof value === 'bigint') return rawJSON(String(value));
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`"${key}" is ${value}, which JSON cannot hold`);
    if (this[key] instanceof Date && value === null) throw new Error(`"${key}" is an invalid date`);
    return value;
  };

  // A document is parsed when the script looks at it.
  class Document {
    constructor(name, text, exact) {
      const document = this;
      this.name = name;
      this.text = text;
      this.exact = exact;
      this.loaded = false;
      this.get = () => document.load();
      this.set = function (value) { defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true }); };
    }

    load() {
      if (!this.loaded) {
        this.value = this.exact ? parse(this.text) : parse(this.text, exactly);
        this.before = stringify(this.value);
        this.loaded = true;
      }
      return this.value;
    }

    get isUntouched() { return !this.loaded || stringify(this.value) === this.before; }
  }

  const openRow = (image, nested) => {
    const row = { ...image };
    if (!nested) return [row, undefined];
    const documents = new Map();
    for (let i = 0; i < nested.length; i += 3) {
      const document = new Document(nested[i], nested[i + 1], nested[i + 2] === 1);
      documents.set(document.name, document);
      defineProperty(row, document.name, { get: document.get, set: document.set, enumerable: true, configurable: true });
    }
    return [row, documents];
  };

  const quoted = new Map();
  const quote = name => {
    let text = quoted.get(name);
    if (text === undefined) {
      if (!isText(name)) throw new Error('a name holds half of a surrogate pair, which no database keeps');
      text = stringify(name);
      if (quoted.size < 10000) quoted.set(name, text);
    }
    return text;
  };

  const valueText = (name, value) => {
    switch (typeof value) {
      case 'string':
        if (!isText(value)) throw new Error(`column "${name}" holds half of a surrogate pair, which no database keeps`);
        return stringify(value);
      case 'boolean': return value ? 'true' : 'false';
      case 'bigint': return String(value);
      case 'number':
        if (!Number.isFinite(value)) throw new Error(`column "${name}" is ${value}, which is no value`);
        return String(value);
      case 'object': {
        if (value instanceof Date && Number.isNaN(value.getTime())) throw new Error(`column "${name}" is an invalid date`);
        return value === null ? 'null' : stringify(value, guard);
      }
      default: throw new Error(`column "${name}" is a ${typeof value}`);
    }
  };

  // The usual case: the same columns in the same order with the same values.
  const isSame = (had, image, row) => {
    const has = keys(row);
    if (has.length !== had.length) return false;
    for (let i = 0; i < had.length; i++) if (has[i] !== had[i] || row[had[i]] !== image[had[i]]) return false;
    return true;
  };

  // A row, a key and routes are plain objects or lists: what else a script may have is a slip, and would lose the row without a word.
  const checked = (value, wanted) => {
    if (value === undefined) throw new Error(`a handler returned nothing: it must return ${wanted}`);
    if (typeof value === 'object' && value !== null && typeof value.then === 'function') throw new Error('a handler must not be async');
    if (value === null || typeof value !== 'object' || isArray(value) || typeof value[Symbol.iterator] === 'function' || value instanceof Date || value instanceof Error) {
      throw new Error(`a handler must return ${wanted}`);
    }
    return value;
  };

  // What the script made of a row, told by what it changed: '' for nothing. Values it did not touch never leave the host.
  const difference = (image, row, documents) => {
    checked(row, 'a row or null');
    const had = keys(image);
    if (documents === undefined && isSame(had, image, row)) return '';
    const gone = [];
    for (const name of had) if (!hasOwn(row, name)) gone.push(name);
    let changed = '';
    let moved = '';
    for (const name of keys(row)) {
      const document = documents?.get(name);
      if (document !== undefined && getOwnPropertyDescriptor(row, name).get === document.get) {
        if (!document.isUntouched) changed += `,${quote(name)},${valueText(name, document.value)}`;
        continue;
      }

      const value = row[name];
      if (value === undefined) {
        if (hasOwn(image, name)) gone.push(name);
        continue;
      }

      if (typeof value === 'object' && value !== null) {
        const origin = documents && [...documents.values()].find(d => d.loaded && d.value === value && d.isUntouched);
        if (origin === undefined) changed += `,${quote(name)},${valueText(name, value)}`;
        else if (origin.name !== name) moved += `,${quote(name)},${quote(origin.name)}`;
        continue;
      }

      if (document === undefined && hasOwn(image, name) && image[name] === value) continue;
      const origin = hasOwn(image, name) ? undefined : gone.find(g => image[g] === value && !documents?.has(g));
      if (origin !== undefined) moved += `,${quote(name)},${quote(origin)}`;
      else changed += `,${quote(name)},${valueText(name, value)}`;
    }

    if (gone.length === 0 && changed === '' && moved === '') return '';
    if (gone.length === had.length && changed === '' && moved === '') throw new Error('a handler returned a row without columns: to drop it, return null');
    return `${gone.length ? `,"x":${stringify(gone)}` : ''}${moved ? `,"m":[${moved.slice(1)}]` : ''}${changed ? `,"c":[${changed.slice(1)}]` : ''}`;
  };

  // A key array: numbers are places in the key that came, everything else is a value.
  const keyText = (key, returned) => {
    if (returned === undefined) throw new Error('a handler returned nothing: it must return a key or null');
    if (!isArray(returned)) throw new Error('a handler of deletes must return a key or null');
    if (returned.length === key.length && returned.every((v, i) => v === key[i])) return '';
    const values = returned.map((value, i) => {
      if (key[i] === value) return String(i);
      const place = key.indexOf(value);
      return place >= 0 ? String(place) : typeof value === 'number' || typeof value === 'bigint' ? stringify(String(value)) : valueText(`key ${i + 1}`, value);
    });
    return `,"k":[${values.join()}]`;
  };

  const failure = (error, line) => {
    let text;
    try {
      line ??= lineOf(error?.stack);
      // Messages of the parser quote what it read.
      text = error instanceof SyntaxError ? 'SyntaxError: the text could not be read' : error instanceof Error ? (error.name === 'Error' ? error.message : `${error.name}: ${error.message}`) : `the script threw ${typeof error === 'string' ? error : 'something that is no error'}`;
      return `{"e":${stringify(apply(toWellFormed, String(text).slice(0, MaxText), []))},"l":${line}}`;
    } catch {
      return '{"e":"the script threw something that cannot be read","l":0}';
    }
  };

  const metaOf = (batch, entry) => {
    const meta = { table: batch.meta[1], schema: batch.meta[0], nanos: entry[0], logical: entry[1] };
    if (entry[5]) {
      const before = new Document('before', entry[5], true);
      defineProperty(meta, 'before', { get: before.get, set: before.set, enumerable: true, configurable: true });
    }
    return meta;
  };

  const keyRow = (names, key) => {
    const row = {};
    for (let i = 0; i < key.length; i++) row[names[i] ?? `key${i + 1}`] = key[i];
    return row;
  };

  // ---- the stage that decides the table ----

  const isRoutes = (value, row) => value !== row && keys(value).length > 0 && keys(value).every(t => isArray(value[t]) && value[t].every(r => r !== null && typeof r === 'object' && !isArray(r)));

  const routed = (handlers, image, nested, meta, isDelete, depth) => {
    const [row, documents] = openRow(image, nested);
    const answer = (isDelete ? handlers.remove : handlers.upsert)(row, meta);
    if (answer === null) return '';
    if (answer instanceof Remove) return `,{"d":1}`;
    if (keys(checked(answer, 'a row, rows by table, or null')).length === 0) return '';
    if (!isRoutes(answer, row)) {
      const change = difference(image, answer, documents);
      return isDelete ? `,{"d":1,"n":1${change}}` : `,{"n":1${change}}`;
    }

    let text = '';
    for (const name of keys(answer)) {
      for (const made of answer[name]) {
        if (++fanned > MaxMade) throw new Error(`a row was made into more than ${MaxMade} rows`);
        const next = handlers.recurse && name !== handlers.name ? find(sources, parts(name)) : undefined;
        if (next !== undefined) {
          if (depth > 16) throw new Error('recurse goes round in circles');
          text += routed(next, made, undefined, { ...meta, table: name }, isDelete, depth + 1);
        } else {
          text += `,{"t":${quote(name)},"n":1${isDelete ? ',"d":1' : ''}${difference(image, made, documents)}}`;
        }
      }
    }
    return text;
  };

  const sourceRow = (handlers, batch, entry) => {
    const isDelete = entry[3] === null;
    const image = isDelete ? keyRow(batch.key, entry[2]) : entry[3];
    fanned = 0;
    const text = routed(handlers, image, isDelete ? undefined : entry[4], metaOf(batch, entry), isDelete, 0);
    if (text === '') return '-';
    if (text === ',{"n":1}' || text === ',{"d":1,"n":1}') return '=';
    return `[${text.slice(1)}]`;
  };

  // ---- the stage that makes the row of one table ----

  const isLate = (handlers, row) => {
    for (const { column, age } of handlers.deadlines) {
      const value = row[column];
      if (value === undefined || value === null) continue;
      const time = Date.parse(value);
      if (Number.isNaN(time)) throw new Error(`the deadline's column "${column}" holds no time`);
      if (time < now() - age) return true;
    }
    return false;
  };

  const tableRow = (handlers, batch, entry) => {
    const key = entry[2];
    const meta = metaOf(batch, entry);
    if (entry[3] === null) {
      if (handlers.remove === undefined) return '=';
      if (!handlers.named) {
        const answer = handlers.remove([...key], meta);
        if (answer === null) return '-';
        const text = keyText(key, answer);
        return text === '' ? '=' : `[{"d":1${text}}]`;
      }

      const image = keyRow(batch.key, key);
      const answer = handlers.remove({ ...image }, meta);
      if (answer === null) return '-';
      if (answer instanceof Upsert) return `[{"n":1${difference(image, answer.row)}}]`;
      if (answer instanceof Remove) return '=';
      const text = difference(image, answer);
      return text === '' ? '=' : `[{"d":1,"n":1${text}}]`;
    }

    if (isLate(handlers, entry[3])) return '-';
    if (handlers.upsert === undefined) return '=';
    const [row, documents] = openRow(entry[3], entry[4]);
    const answer = handlers.upsert(row, meta);
    if (answer === null) return '-';
    if (answer instanceof Remove) return '[{"d":1}]';
    const text = difference(entry[3], answer instanceof Upsert ? answer.row : answer, documents);
    return text === '' ? '=' : `[{"n":1${text}}]`;
  };

  // ---- whole batches ----

  // The operation that a row is after the handlers of single rows, and what is needed to tell its changes; undefined: they drop it.
  const operationOf = (handlers, batch, entry) => {
    const meta = metaOf(batch, entry);
    const isDelete = entry[3] === null;
    const operation = { action: isDelete ? 'delete' : 'upsert', data: undefined, before: undefined, meta, pk: [...entry[2]] };
    if (entry[5]) defineProperty(operation, 'before', { get: () => meta.before, enumerable: true, configurable: true });
    if (isDelete && !handlers.named) {
      const pk = handlers.remove === undefined ? operation.pk : handlers.remove(operation.pk, meta);
      if (pk === undefined) throw new Error('a handler returned nothing: it must return a key or null');
      return pk === null ? undefined : { entry, image: keyRow(batch.key, entry[2]), operation: { ...operation, pk } };
    }

    if (!isDelete && isLate(handlers, entry[3])) return undefined;
    const image = isDelete ? keyRow(batch.key, entry[2]) : entry[3];
    const [row, documents] = openRow(image, isDelete ? undefined : entry[4]);
    const handler = isDelete ? handlers.remove : handlers.upsert;
    const answer = handler === undefined ? row : handler(row, meta);
    if (answer === null) return undefined;
    if (!(answer instanceof Remove || answer instanceof Upsert)) checked(answer, 'a row or null');
    if (answer instanceof Remove) operation.action = 'delete';
    else if (answer instanceof Upsert) operation.action = 'upsert';
    operation.data = answer instanceof Remove ? row : answer instanceof Upsert ? answer.row : answer;
    return { entry, image, documents, operation, named: handlers.named && isDelete };
  };

  const outcomeOf = ({ entry, image, documents, named }, { action, data, pk }) => {
    const isDelete = entry[3] === null;
    if (action === 'upsert') {
      const text = difference(image, data, documents);
      return text === '' && !isDelete ? '=' : `[{"n":1${text}}]`;
    }
    if (action !== 'delete') throw new Error('an operation is of action "upsert" or "delete"');
    const text = named ? difference(image, data) : pk === undefined ? '' : keyText(entry[2], pk);
    return text === '' && isDelete ? '=' : `[{"d":1${named && text !== '' ? ',"n":1' : ''}${text}}]`;
  };

  const writes = writesOf({ operationOf, outcomeOf, failure });

  // A name fits when one of the two is the end of the other.
  const fits = (a, b) => {
    for (let i = 1; i <= Math.min(a.length, b.length); i++) if (a[a.length - i] !== b[b.length - i]) return false;
    return a.length > 0 && b.length > 0;
  };
  const find = (map, name) => {
    let best;
    for (const entry of map.values()) if (fits(entry.parts, name) && (best === undefined || entry.parts.length > best.parts.length)) best = entry;
    return best;
  };
  const lower = names => names.filter(n => n !== '').map(n => n.toLowerCase());
  const handlersOf = (stage, batch) => {
    const source_ = lower(batch.source);
    const target = lower(batch.target);
    if (stage === 'table') return find(tables, target);
    return find(sources, source_) ?? find(sources, source_.slice(0, -1)) ?? find(sources, target.slice(0, -1)) ?? find(schemas, target.slice(0, -1)) ?? find(schemas, source_.slice(0, -1));
  };

  const run = (stage, text) => {
    const cut = text.indexOf('\n');
    const [source, target, meta, key, columns] = parse(text.slice(0, cut));
    const rows = parse(text.slice(cut + 1));
    const batch = { source, target, meta, key, columns };
    const handlers = handlersOf(stage, batch);
    if (handlers === undefined) return '='.repeat(rows.length) + '\n[]\n[]';
    present = stage === 'table' ? batch : undefined;
    if (present !== undefined && handlers.write !== undefined) {
      writes.begin(handlers, batch, rows);
      return null;
    }
    const make = stage === 'table' ? tableRow : sourceRow;
    return answerOf(rows.map(row => {
      try {
        return make(handlers, batch, row);
      } catch (error) {
        return failure(error);
      }
    }));
  };

  // The answer to a batch whose handler is asynchronous: asked for once everything that waited has run.
  const finish = () => answerOf(writes.finish());

  const answerOf = outcomes => {
    present = undefined;
    let codes = '';
    const details = [];
    for (const told of outcomes) {
      if (told.length === 1) codes += told;
      else {
        codes += '*';
        details.push(told);
      }
    }
    const answer = `${codes}\n[${details.join()}]\n${stringify(said)}`;
    said = [];
    return answer;
  };

  const load = script => {
    const module = { exports: {} };
    try {
      script(module.exports, require, module, console);
    } catch (error) {
      const told = parse(failure(error));
      problems.push({ severity: 'error', line: told.l, message: told.e });
    }
    open = false;
    if (problems.length === 0 && sources.size + schemas.size + tables.size === 0) problems.push({ severity: 'warning', line: 0, message: 'the script configures nothing' });
  };

  const plan = () => stringify({
    modules,
    sources: [...sources.values(), ...schemas.values()].map(s => ({ name: s.name, targets: s.targets, isSchema: schemas.get(s.parts.join('.')) === s, line: s.line })),
    tables: [...tables.values()].map(t => ({ name: t.name, handlesUpserts: t.upsert !== undefined || t.write !== undefined || t.deadlines.length > 0, handlesDeletes: t.remove !== undefined || t.write !== undefined, handlesBatches: t.write !== undefined, ignore: t.ignore, extras: t.extras, line: t.line })),
    problems,
  });

  return { load, plan, run, finish };
})
