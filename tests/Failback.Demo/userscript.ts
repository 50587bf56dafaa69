// Rows of one table go where their state says, a column is computed.
import * as api from "replicator@v1";

api.configureSource("public", {
  dispatch: (row: any) => {
    if (row.state === "hidden") return null;
    return { [row.state === "loud" ? "shouts" : "notes"]: [row] };
  },
  deletesTo: "notes",
});

api.configureTable("notes", {
  map: (row: any) => ({ ...row, words: String(row.text).split(" ").length }),
});

api.configureTable("shouts", {
  map: (row: any) => ({ ...row, text: String(row.text).toUpperCase() }),
  ignore: { words: true },
});
