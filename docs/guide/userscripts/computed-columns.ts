// A total from two columns, exactly: numbers come as strings, BigInt counts cents.
import * as failback from "failback@v1";

const cents = (amount: string): bigint => {
  const [whole, fraction = ""] = amount.split(".");
  return BigInt(whole + fraction.padEnd(2, "0").slice(0, 2));
};

failback.table("invoices", {
  upsert: (row) => {
    const total = cents(row.net) + cents(row.tax);
    return { ...row, total: `${total / 100n}.${String(total % 100n).padStart(2, "0")}` };
  },
});
