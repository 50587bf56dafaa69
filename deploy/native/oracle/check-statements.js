// Reads statements from a file, an array of JSON, and prints those that the grammar of PL/SQL refuses, one line of JSON each. What the grammar
// lets pass and Oracle does not is refused here.
const fs = require('fs');
const { antlr4tsSQL, SQLDialect } = require('antlr4ts-sql');

const beyondTheGrammar = [
  [/;\s*$/, 'ends with a semicolon'],
  [/\bRETURNING\b(?![\s\S]*\bINTO\b)/i, 'RETURNING without INTO'],
  [/\bANY\s*\(\s*ARRAY\b/i, 'ANY(ARRAY[…])'],
  [/\bMERGE\b[\s\S]*\bTHEN\s+DELETE\b/i, 'MERGE … THEN DELETE'],
  [/\b(LIMIT|ON CONFLICT|ON DUPLICATE|IF NOT EXISTS)\b/i, 'another product\'s clause'],
  [/\b(FROM|JOIN|INTO|UPDATE)\s+"[^"]+"(\."[^"]+")?\s+AS\s/i, 'AS before an alias of a table'],
];

const parser = new antlr4tsSQL(SQLDialect.PLSQL);
for (const statement of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
  const errors = beyondTheGrammar.filter(([form]) => form.test(statement.replace(/'[^']*'/g, "''"))).map(([, name]) => name);
  const listener = { syntaxError: (recognizer, symbol, line, column, message) => errors.push(`${line}:${column} ${message}`) };
  // The grammar wants a semicolon after DDL.
  const text = /^\s*CREATE\b/i.test(statement) ? statement + ';' : statement;
  try {
    parser.getParser(parser.getTokens(text, [listener]), [listener]).sql_script();
  } catch (e) {
    errors.push(String(e));
  }
  if (errors.length > 0) console.log(JSON.stringify({ statement, errors }));
}
