/**
 * What a userscript can do here. Import it with `import * as failback from "failback@v1"`.
 *
 * Two kinds of handlers: those of a source decide which tables a row goes to and run before the queues; those of a table
 * decide what the table gets and run right before the row is written. A handler that throws sets its row aside as a dead letter
 * with the message; other rows go on.
 */
declare module "failback@v1" {
  /**
   * A value of a column: numbers are strings with all their digits, documents and arrays are objects, everything else is as in JSON. What is
   * returned may hold numbers and bigints too. `undefined` leaves the column out: the target keeps what it has.
   */
  export type Value = any;

  /** Column names and values. */
  export type Row = { [column: string]: Value };

  /** Where the row comes from, and which version it is. */
  export type Meta = {
    /** Table: at the source for handlers of a source, in the target for handlers of a table. */
    readonly table: string;
    /** Schema in the target. */
    readonly schema: string;
    /** Time of the version at the source, in nanoseconds since 1970, as text. */
    readonly nanos: string;
    /** Orders versions of the same nanosecond. */
    readonly logical: number;
    /** The row before the change, where the changefeed sends it (`diff`). */
    readonly before?: Row;
  };

  /** Tables of the target and the rows each of them gets. */
  export type Routes = { [table: string]: Row[] };

  /** Answer of a handler: the row itself is deleted in the target. */
  export type Removal = { readonly __removal: never };

  /** Answer of a handler of deletes: these columns are written instead. */
  export type Upsertion = { readonly __upsertion: never };

  export type SourceHandlers = {
    /** The row for its own table, rows for other tables, or null to drop it. Left out: the row goes on as it is. */
    upsert?(row: Row, meta: Meta): Row | Routes | Removal | null;
    /** The same for a delete; the row holds the columns of the source's key. Answer keys by the names of the target's key columns. */
    remove?(key: Row, meta: Meta): Row | Routes | null;
    /** Tables that the handlers may answer, so that a check before the start can look for them. */
    targets?: string[];
  };

  /** A row of a batch after `upsert` and `remove`. */
  export type Operation = {
    action: "upsert" | "delete";
    /** The row to write; of a delete, its key by the names of the columns. */
    data: Row;
    /** The row before the change, where the changefeed sends it. */
    readonly before?: Row;
    readonly meta: Meta;
    /** The key that came. */
    readonly pk: Value[];
  };

  export type TableHandlers = {
    /** The row to write, or null to drop it. Left out: the row is written as it is. */
    upsert?(row: Row, meta: Meta): Row | Removal | null;
    /** The key to delete by the names of its columns, columns to write instead (`upsert`), or null to drop the delete. */
    remove?(key: Row, meta: Meta): Row | Upsertion | Removal | null;
    /**
     * The operations of a batch, as many as happen to come together, for decisions that take several of them. What is answered goes on, in whatever order;
     * the others are dropped. An operation may be changed or copied, even into one of the other action, but stays that of its row.
     */
    write?(operations: Operation[]): Operation[] | Promise<Operation[]>;
    /** Columns of the feed that the target does not get. */
    ignore?: string[];
    /** Old and new names of columns, those of the key included; done before the handlers are called. */
    rename?: { [column: string]: string };
    /** Rows whose time in a column is longer ago than a duration such as "1h30m" are dropped. */
    deadlines?: { [column: string]: string };
  };

  /** Handlers for the rows of a table or of a whole schema of the source. */
  export function source(name: string, handlers: SourceHandlers): void;

  /** Handlers for the rows of tables of the target. */
  export function table(names: string | string[], handlers: TableHandlers): void;

  /** To be returned by `remove` of a table: writes columns instead of deleting the row. */
  export function upsert(row: Row): Upsertion;

  /** To be returned by `upsert`: deletes the row, for example when it does not pass a filter any more. */
  export function remove(): Removal;

  /** A random UUID. A row that is written twice gets two. */
  export function randomUUID(): string;
}

/** Kept for tests of scripts; nothing is logged while rows flow. */
declare const console: { log(...values: unknown[]): void; info(...values: unknown[]): void; warn(...values: unknown[]): void; error(...values: unknown[]): void; debug(...values: unknown[]): void };
