// Deleted customers stay in the target, marked.
import * as failback from "failback@v1";

failback.table("customers", {
  upsert: (row) => ({ ...row, deleted: false }),
  remove: (key) => failback.upsert({ ...key, deleted: true }),
});
