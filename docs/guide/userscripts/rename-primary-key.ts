// The target calls the key and a column otherwise.
import * as failback from "failback@v1";

failback.table("employees", {
  rename: { id: "employee_id", name: "full_name" },
});
