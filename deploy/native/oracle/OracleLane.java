import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stand-in for an Oracle server in tests: H2 in its Oracle mode, with the views of the dictionary and the functions that the applier uses. It is
 * not Oracle: it shows that statements do what they should, not that Oracle takes them. One connection is one session; every service name is a
 * database in memory of its own, which goes when nobody has used it for a while. Messages are lists of fields, a field is a length and bytes,
 * length -1 is null.
 */
public final class OracleLane {
    private static final int LOCK_TIMEOUT_MILLISECONDS = 5_000;
    private static final int CLOSE_DELAY_SECONDS = 120;
    private static final Set<String> created = ConcurrentHashMap.newKeySet();
    private static String password;

    public static void main(String[] arguments) throws Exception {
        password = System.getenv("FAILBACK_LANE_PASSWORD");
        try (ServerSocket server = new ServerSocket(Integer.parseInt(arguments[0]), 50, InetAddress.getByName("127.0.0.1"))) {
            for (;;) {
                Socket client = server.accept();
                Thread thread = new Thread(() -> serve(client));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static void serve(Socket client) {
        try (client; DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream(), 1 << 16));
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream(), 1 << 16))) {
            client.setTcpNoDelay(true);
            List<byte[]> hello = read(in);
            Connection session;
            try {
                session = open(text(hello, 0), text(hello, 1), text(hello, 2));
            } catch (SQLException e) {
                fail(out, e);
                return;
            }
            answer(out, List.of());
            try (session) {
                for (;;) {
                    try {
                        answer(out, run(session, read(in)));
                    } catch (SQLException e) {
                        fail(out, e);
                    }
                }
            }
        } catch (EOFException e) {
            return; // the client has gone
        } catch (IOException | SQLException e) {
            System.err.println("session ended: " + e);
        }
    }

    // ---- sessions

    private static Connection open(String service, String user, String secret) throws SQLException {
        String database = "jdbc:h2:mem:" + service;
        synchronized (created) {
            try (Connection admin = DriverManager.getConnection(database + ";MODE=Oracle;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=" + CLOSE_DELAY_SECONDS, "SYSTEM", password)) {
                prepare(admin);
            }
        }
        Connection session = DriverManager.getConnection(database + ";IFEXISTS=TRUE", user, secret);
        try (Statement statement = session.createStatement()) {
            if (!user.equals("SYSTEM")) statement.execute("SET SCHEMA \"" + user + "\"");
            statement.execute("SET SCHEMA_SEARCH_PATH " + (user.equals("SYSTEM") ? "" : "\"" + user + "\", ") + "SYS");
        }
        return session;
    }

    private static void prepare(Connection admin) throws SQLException {
        try (Statement statement = admin.createStatement(); ResultSet there = statement.executeQuery("SELECT 1 FROM INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME = 'SYS'")) {
            if (there.next()) return;
        }
        try (Statement statement = admin.createStatement()) {
            statement.execute("SET DEFAULT_LOCK_TIMEOUT " + LOCK_TIMEOUT_MILLISECONDS);
            statement.execute("CREATE SCHEMA SYS");
            for (String view : VIEWS) {
                statement.execute("CREATE VIEW SYS." + view);
                statement.execute("GRANT SELECT ON SYS." + view.substring(0, view.indexOf(' ')) + " TO PUBLIC");
            }
            for (String function : FUNCTIONS) statement.execute("CREATE ALIAS SYS." + function);
        }
    }

    private static final Pattern CREATE_USER = Pattern.compile("CREATE USER (\\w+) IDENTIFIED BY \"([^\"]+)\"( QUOTA UNLIMITED ON \\w+)?");
    private static final Pattern SYSTEM_GRANT = Pattern.compile("GRANT CREATE [A-Z ,]+ TO \\w+");
    private static final Pattern CURRENT_SCHEMA = Pattern.compile("ALTER SESSION SET CURRENT_SCHEMA = (\\w+)");

    /** Statements of an administrator that H2 spells otherwise, or has no need of: every user may work in the schema of his own. */
    private static boolean administered(Connection session, String sql) throws SQLException {
        Matcher user = CREATE_USER.matcher(sql);
        Matcher schema = CURRENT_SCHEMA.matcher(sql);
        try (Statement statement = session.createStatement()) {
            if (user.matches()) {
                statement.execute("CREATE USER " + user.group(1) + " PASSWORD '" + user.group(2) + "'");
                statement.execute("CREATE SCHEMA " + user.group(1) + " AUTHORIZATION " + user.group(1));
                return true;
            }
            if (schema.matches()) {
                statement.execute("SET SCHEMA " + schema.group(1));
                statement.execute("SET SCHEMA_SEARCH_PATH " + schema.group(1) + ", SYS");
                return true;
            }
        }
        return sql.startsWith("ALTER SESSION SET ") || SYSTEM_GRANT.matcher(sql).matches();
    }

    private static List<byte[]> run(Connection session, List<byte[]> request) throws SQLException {
        String sql = text(request, 0);
        switch (sql) {
            case "BEGIN":
                session.setAutoCommit(false);
                return List.of();
            case "COMMIT":
                session.commit();
                session.setAutoCommit(true);
                return List.of();
            case "ROLLBACK":
                session.rollback();
                session.setAutoCommit(true);
                return List.of();
            default:
                if (administered(session, sql)) return List.of();
        }
        int rows = Integer.parseInt(text(request, 1));
        String binds = text(request, 2);
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            if (rows > 0) return List.of(bytes(Long.toString(batch(statement, request, rows, binds))));
            bind(statement, request, 0, binds);
            return statement.execute() ? rows(statement.getResultSet()) : List.of(bytes(Integer.toString(statement.getUpdateCount())));
        }
    }

    /** One row after the other, to the first that is refused; whoever asks goes back to a savepoint then. */
    private static long batch(PreparedStatement statement, List<byte[]> request, int rows, String binds) throws SQLException {
        long all = 0;
        for (int row = 0; row < rows; row++) {
            bind(statement, request, row, binds);
            all += Math.max(0, statement.executeUpdate());
        }
        return all;
    }

    private static void bind(PreparedStatement statement, List<byte[]> request, int row, String binds) throws SQLException {
        for (int i = 0; i < binds.length(); i++) {
            byte[] value = request.get(3 + row * binds.length() + i);
            if (value == null) statement.setObject(i + 1, null);
            else if (binds.charAt(i) == 'B') statement.setBytes(i + 1, value);
            else if (binds.charAt(i) == 'N') statement.setBigDecimal(i + 1, new BigDecimal(new String(value, StandardCharsets.UTF_8)));
            else statement.setString(i + 1, new String(value, StandardCharsets.UTF_8));
        }
    }

    /** Number of columns, then the cells: their kind in the first byte. */
    private static List<byte[]> rows(ResultSet result) throws SQLException {
        List<byte[]> fields = new ArrayList<>();
        int columns = result.getMetaData().getColumnCount();
        fields.add(bytes("-1"));
        fields.add(bytes(Integer.toString(columns)));
        while (result.next()) {
            for (int i = 1; i <= columns; i++) fields.add(cell(result.getObject(i)));
        }
        return fields;
    }

    private static byte[] cell(Object value) throws SQLException {
        if (value == null) return null;
        if (value instanceof byte[] raw) return tagged('B', raw);
        if (value instanceof Blob blob) return tagged('B', blob.getBytes(1, (int) blob.length()));
        if (value instanceof Clob clob) return tagged('S', bytes(clob.getSubString(1, (int) clob.length())));
        if (value instanceof BigDecimal number) return tagged('N', bytes(number.toPlainString()));
        if (value instanceof Double || value instanceof Float) return tagged('D', bytes(value.toString()));
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) return tagged('N', bytes(value.toString()));
        return tagged('S', bytes(value.toString()));
    }

    private static byte[] tagged(char kind, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(value.length + 1);
        out.write(kind);
        out.writeBytes(value);
        return out.toByteArray();
    }

    // ---- messages

    private static List<byte[]> read(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<byte[]> fields = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            byte[] field = length < 0 ? null : new byte[length];
            if (field != null) in.readFully(field);
            fields.add(field);
        }
        return fields;
    }

    private static void answer(DataOutputStream out, List<byte[]> fields) throws IOException {
        out.writeInt(0);
        out.writeInt(fields.size());
        for (byte[] field : fields) {
            out.writeInt(field == null ? -1 : field.length);
            if (field != null) out.write(field);
        }
        out.flush();
    }

    private static void fail(DataOutputStream out, SQLException e) throws IOException {
        out.writeInt(oracleNumber(e));
        byte[] message = bytes(e.getMessage());
        out.writeInt(1);
        out.writeInt(message.length);
        out.write(message);
        out.flush();
    }

    private static String text(List<byte[]> fields, int place) {
        return new String(fields.get(place), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What Oracle would have said. https://h2database.com/javadoc/org/h2/api/ErrorCode.html */
    private static int oracleNumber(SQLException e) {
        return switch (e.getErrorCode()) {
            case 23505 -> 1;
            case 23502 -> 1400;
            case 23506 -> 2291;
            case 23503 -> 2292;
            case 23513, 23514 -> 2290;
            case 42101 -> 955;
            case 42102, 42103, 42104, 90079 -> 942;
            case 42122 -> 904;
            case 22001 -> 12899;
            case 22003, 22004 -> 1438;
            case 22018 -> 1722;
            case 22007 -> 1861;
            case 40001 -> 60;
            case 50200 -> 30006;
            case 90096 -> 1031;
            case 28000 -> 1017;
            case 90154, 90155 -> 32795;
            default -> 900;
        };
    }

    // ---- functions that H2 lacks

    public static BigDecimal toNumber(String text) {
        return text == null ? null : new BigDecimal(text.trim());
    }

    public static Double toBinaryDouble(String text) {
        return text == null ? null : text.endsWith("INF") ? Double.valueOf(text.replace("INF", "Infinity")) : Double.valueOf(text);
    }

    public static Float toBinaryFloat(String text) {
        Double number = toBinaryDouble(text);
        return number == null ? null : number.floatValue();
    }

    public static Boolean toBoolean(String text) {
        return text == null ? null : Boolean.valueOf(text.equalsIgnoreCase("TRUE"));
    }

    private static final Pattern DAYS = Pattern.compile("([+-]?)(\\d+) (\\d+):(\\d+):(\\d+)(?:\\.(\\d{1,9}))?");

    public static Duration toDaysToSeconds(String text) {
        if (text == null) return null;
        Matcher m = DAYS.matcher(text);
        if (!m.matches()) throw new IllegalArgumentException("not an interval");
        long seconds = ((Long.parseLong(m.group(2)) * 24 + Long.parseLong(m.group(3))) * 60 + Long.parseLong(m.group(4))) * 60 + Long.parseLong(m.group(5));
        long nanos = m.group(6) == null ? 0 : Long.parseLong((m.group(6) + "000000000").substring(0, 9));
        Duration all = Duration.ofSeconds(seconds, nanos);
        return m.group(1).equals("-") ? all.negated() : all;
    }

    public static Period toYearsToMonths(String text) {
        if (text == null) return null;
        String[] parts = text.replaceFirst("^[+-]", "").split("-");
        Period all = Period.of(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), 0);
        return text.startsWith("-") ? all.negated() : all;
    }

    public static String sysContext(Connection session, String namespace, String parameter) throws SQLException {
        return parameter.equals("DATABASE_ROLE") ? "PRIMARY" : session.getSchema();
    }

    private static final String[] FUNCTIONS = {
        "TO_NUMBER DETERMINISTIC FOR 'OracleLane.toNumber'",
        "TO_BINARY_DOUBLE DETERMINISTIC FOR 'OracleLane.toBinaryDouble'",
        "TO_BINARY_FLOAT DETERMINISTIC FOR 'OracleLane.toBinaryFloat'",
        "TO_BOOLEAN DETERMINISTIC FOR 'OracleLane.toBoolean'",
        "TO_DSINTERVAL DETERMINISTIC FOR 'OracleLane.toDaysToSeconds'",
        "TO_YMINTERVAL DETERMINISTIC FOR 'OracleLane.toYearsToMonths'",
        "SYS_CONTEXT FOR 'OracleLane.sysContext'",
    };

    // ---- the dictionary

    private static final String PEOPLE = "NOT IN ('INFORMATION_SCHEMA', 'SYS', 'PUBLIC')";

    private static final String[] VIEWS = {
        "NLS_DATABASE_PARAMETERS AS SELECT 'NLS_CHARACTERSET' AS PARAMETER, 'AL32UTF8' AS \"VALUE\" FROM DUAL",
        "ALL_USERS AS SELECT SCHEMA_NAME AS USERNAME, CASE WHEN SCHEMA_NAME " + PEOPLE + " THEN 'N' ELSE 'Y' END AS ORACLE_MAINTAINED FROM INFORMATION_SCHEMA.SCHEMATA",
        "ALL_TABLES AS SELECT TABLE_SCHEMA AS OWNER, TABLE_NAME, 'N' AS TEMPORARY, 'NO' AS NESTED, 'N' AS SECONDARY, 'NO' AS DROPPED, CAST(NULL AS VARCHAR) AS IOT_TYPE"
            + " FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA " + PEOPLE,
        "ALL_TAB_COLS AS SELECT TABLE_SCHEMA AS OWNER, TABLE_NAME, COLUMN_NAME, CASE"
            + " WHEN DATA_TYPE IN ('INTEGER', 'BIGINT', 'SMALLINT', 'NUMERIC', 'DECFLOAT') THEN 'NUMBER'"
            + " WHEN DATA_TYPE = 'CHARACTER VARYING' THEN 'VARCHAR2' WHEN DATA_TYPE = 'CHARACTER' THEN 'CHAR'"
            + " WHEN DATA_TYPE IN ('BINARY', 'BINARY VARYING') THEN 'RAW'"
            + " WHEN DATA_TYPE = 'CHARACTER LARGE OBJECT' THEN 'CLOB' WHEN DATA_TYPE = 'BINARY LARGE OBJECT' THEN 'BLOB'"
            + " WHEN DATA_TYPE = 'REAL' THEN 'BINARY_FLOAT' WHEN DATA_TYPE = 'DOUBLE PRECISION' THEN 'BINARY_DOUBLE'"
            + " WHEN DATA_TYPE = 'TIMESTAMP' AND DATETIME_PRECISION = 0 THEN 'DATE' WHEN DATA_TYPE = 'TIMESTAMP' THEN 'TIMESTAMP(' || DATETIME_PRECISION || ')'"
            + " WHEN DATA_TYPE = 'TIMESTAMP WITH TIME ZONE' THEN 'TIMESTAMP(' || DATETIME_PRECISION || ') WITH TIME ZONE'"
            + " WHEN DATA_TYPE = 'INTERVAL' THEN 'INTERVAL ' || INTERVAL_TYPE ELSE DATA_TYPE END AS DATA_TYPE,"
            + " CASE WHEN DATA_TYPE LIKE 'BINARY%' THEN LEAST(CHARACTER_OCTET_LENGTH, 2000) ELSE LEAST(CHARACTER_MAXIMUM_LENGTH, 1000) * 4 END AS DATA_LENGTH,"
            + " CASE WHEN DATA_TYPE LIKE 'CHARACTER%' THEN LEAST(CHARACTER_MAXIMUM_LENGTH, 4000) ELSE 0 END AS CHAR_LENGTH, CASE WHEN DATA_TYPE LIKE 'CHARACTER%' THEN 'C' END AS CHAR_USED,"
            + " CASE WHEN DATA_TYPE = 'NUMERIC' THEN NUMERIC_PRECISION WHEN DATA_TYPE = 'INTERVAL' THEN INTERVAL_PRECISION END AS DATA_PRECISION,"
            + " CASE WHEN DATA_TYPE = 'NUMERIC' THEN NUMERIC_SCALE WHEN DATA_TYPE IN ('INTEGER', 'BIGINT', 'SMALLINT') THEN 0"
            + " WHEN DATA_TYPE LIKE 'TIMESTAMP%' OR DATA_TYPE = 'INTERVAL' THEN DATETIME_PRECISION END AS DATA_SCALE,"
            + " CASE IS_NULLABLE WHEN 'YES' THEN 'Y' ELSE 'N' END AS NULLABLE, CASE IS_GENERATED WHEN 'ALWAYS' THEN 'YES' ELSE 'NO' END AS VIRTUAL_COLUMN,"
            + " COALESCE(CHAR_LENGTH(COLUMN_DEFAULT), CASE IS_IDENTITY WHEN 'YES' THEN 1 END) AS DEFAULT_LENGTH,"
            + " 'NO' AS HIDDEN_COLUMN, 'YES' AS USER_GENERATED, ORDINAL_POSITION AS INTERNAL_COLUMN_ID FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA " + PEOPLE,
        "ALL_CONSTRAINTS AS SELECT c.CONSTRAINT_SCHEMA AS OWNER, c.TABLE_NAME, c.CONSTRAINT_NAME, CASE c.CONSTRAINT_TYPE WHEN 'PRIMARY KEY' THEN 'P' WHEN 'UNIQUE' THEN 'U' WHEN 'FOREIGN KEY' THEN 'R' ELSE 'C' END AS CONSTRAINT_TYPE,"
            + " 'NOT DEFERRABLE' AS DEFERRABLE, 'ENABLED' AS STATUS, 'VALIDATED' AS VALIDATED, c.INDEX_NAME, r.UNIQUE_CONSTRAINT_SCHEMA AS R_OWNER, r.UNIQUE_CONSTRAINT_NAME AS R_CONSTRAINT_NAME, r.DELETE_RULE"
            + " FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS c LEFT JOIN INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = c.CONSTRAINT_NAME",
        "ALL_CONS_COLUMNS AS SELECT CONSTRAINT_SCHEMA AS OWNER, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION AS POSITION FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE",
        "ALL_INDEXES AS SELECT INDEX_SCHEMA AS OWNER, INDEX_NAME, TABLE_SCHEMA AS TABLE_OWNER, TABLE_NAME, CASE WHEN INDEX_TYPE_NAME IN ('UNIQUE INDEX', 'PRIMARY KEY') THEN 'UNIQUE' ELSE 'NONUNIQUE' END AS UNIQUENESS FROM INFORMATION_SCHEMA.INDEXES",
        "ALL_IND_COLUMNS AS SELECT INDEX_SCHEMA AS INDEX_OWNER, INDEX_NAME, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION AS COLUMN_POSITION FROM INFORMATION_SCHEMA.INDEX_COLUMNS",
        "SESSION_PRIVS AS SELECT 'CREATE TABLE' AS PRIVILEGE FROM DUAL UNION ALL SELECT 'UNLIMITED TABLESPACE' FROM DUAL",
        "SESSION_ROLES AS SELECT 'NONE' AS ROLE FROM DUAL WHERE 1 = 0",
        "ALL_TAB_PRIVS AS SELECT GRANTEE, TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE AS PRIVILEGE FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES",
        "USER_TS_QUOTAS AS SELECT 0 AS BYTES, -1 AS MAX_BYTES FROM DUAL",
        "ALL_TRIGGERS AS SELECT TRIGGER_SCHEMA AS OWNER, TRIGGER_NAME, EVENT_OBJECT_SCHEMA AS TABLE_OWNER, EVENT_OBJECT_TABLE AS TABLE_NAME, 'ENABLED' AS STATUS, 'TABLE' AS BASE_OBJECT_TYPE, ACTION_TIMING || ' EACH ' || ACTION_ORIENTATION AS TRIGGER_TYPE FROM INFORMATION_SCHEMA.TRIGGERS",
        "ALL_TAB_IDENTITY_COLS AS SELECT TABLE_SCHEMA AS OWNER, TABLE_NAME, COLUMN_NAME, IDENTITY_GENERATION AS GENERATION_TYPE, 'ISEQ$$' AS SEQUENCE_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE IS_IDENTITY = 'YES'",
        "ALL_LOG_GROUPS AS SELECT 'X' AS OWNER, 'X' AS TABLE_NAME, 'X' AS LOG_GROUP_NAME FROM DUAL WHERE 1 = 0",
    };
}
