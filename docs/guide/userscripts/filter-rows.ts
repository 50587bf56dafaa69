// Only orders of the old shop go back. An order that leaves it is removed from the target.
import * as failback from "failback@v1";

failback.table("orders", {
  upsert: (row) => (row.shop === "old" ? row : failback.remove()),
});
