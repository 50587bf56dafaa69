// Written for the peer: one row becomes a row of each of two tables.
import * as api from "replicator@v1";

api.configureSource("public.people", {
  dispatch: (person) => ({
    names: [{ id: person.id, name: person.name }],
    addresses: [{ id: person.id, city: person.city }],
  }),
  deletesTo: (key) => ({ names: [key], addresses: [key] }),
});
