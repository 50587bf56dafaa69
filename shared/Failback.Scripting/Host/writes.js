// Handlers of whole batches (onWrite, apply, write): what they are given, and what became of each row. Answers { hand, begin, finish }.
(function (helpers) {
  'use strict';
  const { operationOf, outcomeOf, failure } = helpers;
  const isIterable = value => value !== null && value !== undefined && typeof value[Symbol.iterator] === 'function';
  // Copies by spreading keep it; others are known by the meta or the key that they took over.
  const place = Symbol('operation');
  let batch;
  let running;
  let given = 0;

  const placeOf = operation => {
    const isObject = operation !== null && typeof operation === 'object';
    const found = isObject ? operation[place] ?? batch.places.get(operation.meta) ?? batch.places.get(operation.pk) : undefined;
    if (found === undefined || found < batch.first || found >= batch.first + batch.rows.length) {
      throw new Error('hand over operations that the handler was given, or copies that keep their meta: rows that are not in the batch cannot be written');
    }
    return found - batch.first;
  };

  const textOf = (record, operation) => {
    try {
      return outcomeOf(record, operation);
    } catch (error) {
      return failure(error);
    }
  };

  const hand = operations => {
    if (batch === undefined) throw new Error('operations are handed over by the handler of a batch, while it runs');
    if (!isIterable(operations)) throw new Error('a list of operations is expected');
    for (const operation of operations) {
      const index = placeOf(operation);
      const record = running?.records.get(index);
      if (record === undefined) {
        batch.late.add(index);
        continue;
      }
      const text = textOf(record, operation);
      const before = running.handed.get(index);
      running.handed.set(index, before === undefined || before === text ? text : failure(new Error('the row is handed over twice, and not as the same row')));
    }
    return Promise.resolve();
  };

  const prepare = index => {
    try {
      const record = operationOf(batch.handlers, batch.head, batch.rows[index]);
      if (record === undefined) return '-';
      const { operation } = record;
      operation[place] = batch.first + index;
      batch.places.set(operation.meta, batch.first + index);
      if (Array.isArray(operation.pk)) batch.places.set(operation.pk, batch.first + index);
      return record;
    } catch (error) {
      return failure(error);
    }
  };

  // What a batch fails on is looked for by halves, each of them a batch of its own: its neighbours go on.
  const call = async indexes => {
    const mine = { records: new Map(), handed: new Map() };
    for (const index of indexes) {
      const made = prepare(index);
      if (typeof made === 'string') batch.told[index] = made;
      else mine.records.set(index, made);
    }
    const members = [...mine.records.keys()];
    if (members.length === 0) return;
    try {
      running = mine;
      const answer = await batch.handlers.write(Array.from(mine.records.values(), record => record.operation));
      if (batch.handlers.named) await hand(answer);
    } catch (error) {
      running = undefined;
      if (members.length === 1) {
        batch.told[members[0]] = failure(error);
        return;
      }
      const half = members.length >> 1;
      await call(members.slice(0, half));
      await call(members.slice(half));
      return;
    }
    running = undefined;
    for (const index of members) batch.told[index] = mine.handed.get(index) ?? '-';
  };

  const begin = (handlers, head, rows) => {
    batch = { handlers, head, rows, first: given, told: [], places: new WeakMap(), late: new Set() };
    given += rows.length;
    call(rows.map((_, index) => index));
  };

  // Nothing of the script is waiting to run any more.
  const finish = () => {
    const { handlers, told, late, rows } = batch;
    batch = running = undefined;
    const failed = message => failure(new Error(message), handlers.line);
    return rows.map((_, index) => late.has(index) ? failed('the row is handed over after its handler has ended: await what it calls')
      : told[index] ?? failed('the handler of the batch waits for something that does not come'));
  };

  return { hand, begin, finish };
})
