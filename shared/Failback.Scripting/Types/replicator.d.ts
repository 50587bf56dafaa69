// The interfaces of scripts that were written for MOLT Replicator. Types are loose, so that no working script meets objections.
declare module "replicator@v1" {
  export type Column = string;
  export type Table = string;
  export type Duration = string;
  export type DocumentValue = any;
  export type Document = { [name: string]: any };
  export type ApplyOp = { action: "upsert" | "delete"; data?: any; before?: Document; meta: Document; pk: DocumentValue[] };
  export type MergeOperation = any;
  export type MergeResult = any;
  export type MergeFunction = (operation: MergeOperation) => MergeResult;
  export type StandardMerge = object;
  export type TargetColumn = { name: string; type: string; primary: boolean; ignored: boolean; defaultExpr?: string };
  /** Its query and exec are not to be had: SQL of a script would be run past the versions and counts of the rows. */
  export interface TargetTX {
    apply(operations: Iterable<ApplyOp>): Promise<void>;
    columns(): TargetColumn[];
    schema(): string;
    table(): string;
  }
  export function configureSource(name: string, source: {
    target?: Table;
    dispatch?(document: Document, meta: Document): { [table: Table]: Document[] } | null;
    deletesTo?: Table | ((key: Document, meta: Document) => { [table: Table]: Document[] } | null);
    recurse?: boolean;
  }): void;
  export function configureTable(name: Table, table: {
    map?(document: Document, meta: Document): Document | null;
    deleteKey?(key: DocumentValue[], meta: Document): DocumentValue[] | null;
    merge?: MergeFunction | StandardMerge;
    apply?(operations: ApplyOp[]): any;
    cas?: Column[];
    deadlines?: { [column: Column]: Duration };
    exprs?: { [column: Column]: string };
    extras?: Column;
    ignore?: { [column: Column]: boolean };
    rowLimit?: number;
  }): void;
  export function setOptions(options: { [flag: string]: string }): void;
  export function standardMerge(fallback?: MergeFunction): StandardMerge;
  export function getTX(): TargetTX;
  export function randomUUID(): string;
}

declare module "cdc-sink@v1" {
  export * from "replicator@v1";
}

declare module "replicator@v2" {
  export type RowValue = any;
  export type Row = { [column: string]: any };
  export type Metadata = { [name: string]: any };
  export type RowOp = { action: "upsert" | "delete"; data?: any; before?: Row; meta: Metadata; pk: any[] };
  export type TargetColumn = { name: string; type: string; primary: boolean; ignored: boolean; defaultExpr?: string };
  /** Its query and exec are not to be had: SQL of a script would be run past the versions and counts of the rows. */
  export interface TargetTX {
    apply(operations: Iterable<RowOp>): Promise<void>;
    columns(): TargetColumn[];
    schema(): string;
    table(): string;
  }
  export function configureTargetSchema(schema: string, handlers: {
    onRowUpsert(row: Row, meta: Metadata): Row | { [table: string]: Row[] } | null;
    onRowDelete(row: Row, meta: Metadata): Row | { [table: string]: Row[] } | null;
  }): void;
  export function configureTargetTables(tables: string[], handlers: {
    onRowUpsert?(row: Row, meta: Metadata): Row | null;
    onRowDelete?(keys: any[], meta: Metadata): any[] | null;
    onWrite?(rows: RowOp[]): any;
  }): void;
  export function getTX(): TargetTX;
  export function write(rows: Iterable<RowOp>): Promise<void>;
  export function randomUUID(): string;
}
