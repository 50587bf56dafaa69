// Written for the peer: rows of a table that has another name in the target.
import * as api from "replicator@v2";

const names: { [table: string]: string } = { staff: "employees" };

const rename = (row: api.Row, meta: api.Metadata) => (names[meta.table] ? { [names[meta.table]]: [row] } : row);

api.configureTargetSchema("public", { onRowUpsert: rename, onRowDelete: rename });
