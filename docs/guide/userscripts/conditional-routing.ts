// Rows go to the table of their region; a delete goes to both.
import * as failback from "failback@v1";

const regions = ["eu", "us"];

failback.source("public.sales", {
  targets: ["sales_eu", "sales_us"],
  upsert: (row) => ({ [`sales_${regions.includes(row.region) ? row.region : "us"}`]: [row] }),
  remove: (key) => Object.fromEntries(regions.map((region) => [`sales_${region}`, [key]])),
});
