// The exactly-once insert (rows and hour counts in one transaction) with libpq alone. Threads: one thread.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <string>
#include <vector>

#include "raw.h"

namespace raw {

struct Row {
  std::string id, created_at, author;
  std::array<const char*, 4> dimensions;  // source kind lang sentiment
  const std::string* body;
};

// The n-th row: ids ascend, half an hour of tweets, dimensions as many as a real hour has.
inline Row row_of(std::string id, std::size_t n, const std::string& body) {
  static constexpr std::array kinds = {"post", "reply", "repost", "quote"};
  static constexpr std::array langs = {"en", "ja", "es", "und", "tr", "pt", "ar", "de"};
  static constexpr std::array sentiments = {"neutral", "positive", "negative"};
  char at[40];
  std::snprintf(at, sizeof at, "2026-01-02 %02zu:%02zu:%02zu.%03zu+00", n / 3'600'000 % 24, n / 60'000 % 60,
                n / 1'000 % 60, n % 1'000);
  auto author = "author:" + std::to_string(n * 2'654'435'761 % 10'007);
  return {std::move(id), at, std::move(author), {"x", kinds[n % 4], langs[n / 3 % 8], sentiments[n / 7 % 3]}, &body};
}

class Database {
 public:
  Database(const Options& options, std::size_t batch, bool copy)
      : connection_(PQconnectdb(options.text("postgres", "").c_str())), copy_(copy), batch_(batch) {
    if (PQstatus(connection_) != CONNECTION_OK) fail(std::string("PostgreSQL: ") + PQerrorMessage(connection_));
    const auto body = options.text("body-type", "jsonb");
    // wide: the columns and indexes of the product's table.
    if (options.text("shape", "lean") == "wide") {
      more_ = {"author text COLLATE \"C\"", "handle text COLLATE \"C\"", "raw text"};
      indexes_ =
          "CREATE INDEX ON tweets (created_at, id); CREATE INDEX ON tweets (author, created_at, id);"
          "CREATE INDEX ON tweets (handle, created_at, id);";
    }
    const auto columns = this->columns(body);
    run("SET client_min_messages = warning; DROP SCHEMA IF EXISTS raw_bench CASCADE; CREATE SCHEMA raw_bench;"
        "SET search_path = raw_bench");
    run("CREATE TABLE tweets (" + columns + ", PRIMARY KEY (id));" + indexes_ +
        "CREATE TABLE tweet_aggregations (hour timestamptz, source text, kind text, lang text, sentiment text, tweets "
        "bigint NOT NULL, PRIMARY KEY (hour, source, kind, lang, sentiment));"
        "CREATE TEMP TABLE stage (" +
        columns + ") ON COMMIT DELETE ROWS");
    if (!copy) prepare_values(body);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { PQfinish(connection_); }

  // One transaction. `rows` are sorted by id.
  void save(const std::vector<Row>& rows) {
    run("BEGIN");
    if (copy_) {
      copy_rows(rows);
      run("WITH fresh AS (INSERT INTO tweets SELECT * FROM stage ORDER BY id ON CONFLICT (id) DO NOTHING" + counts());
    } else if (rows.size() == batch_) {
      insert_values(rows);
    } else {
      run("DELETE FROM stage");
      copy_rows(rows);
      run("WITH fresh AS (INSERT INTO tweets SELECT * FROM stage ORDER BY id ON CONFLICT (id) DO NOTHING" + counts());
    }
    run("COMMIT");
  }
  long backend() const { return PQbackendPID(connection_); }
  long count(const std::string& what) {
    PGresult* result = PQexec(connection_, what.c_str());
    if (PQresultStatus(result) != PGRES_TUPLES_OK) fail(std::string("PostgreSQL: ") + PQerrorMessage(connection_));
    const long number = std::strtol(PQgetvalue(result, 0, 0), nullptr, 10);
    PQclear(result);
    return number;
  }
  // Both must be the same number, or something was lost or counted twice.
  void check(std::size_t rows) {
    const auto wanted = static_cast<long>(rows);
    if (count("SELECT count(*) FROM tweets") != wanted || count("SELECT sum(tweets) FROM tweet_aggregations") != wanted)
      fail("PostgreSQL: rows and hours differ from what was saved");
  }
  void drop() { run("DROP SCHEMA raw_bench CASCADE"); }

 private:
  std::string columns(const std::string& body) const {
    std::string text =
        "id text COLLATE \"C\" NOT NULL, revision bigint NOT NULL, created_at timestamptz NOT NULL, source text NOT "
        "NULL, kind text NOT NULL, lang text NOT NULL, sentiment text NOT NULL, body " +
        body + " NOT NULL";
    for (const auto& column : more_) text += ", " + column;
    return text;
  }
  std::size_t width() const { return 8 + more_.size(); }
  static std::string counts() {
    return " RETURNING created_at, source, kind, lang, sentiment) INSERT INTO tweet_aggregations SELECT "
           "date_trunc('hour', created_at, 'UTC'), source, kind, lang, sentiment, count(*) FROM fresh GROUP BY "
           "1,2,3,4,5 ORDER BY 1,2,3,4,5 ON CONFLICT (hour, source, kind, lang, sentiment) DO UPDATE SET tweets = "
           "tweet_aggregations.tweets + EXCLUDED.tweets";
  }
  void expect(PGresult* result, ExecStatusType wanted) {
    if (PQresultStatus(result) != wanted) fail(std::string("PostgreSQL: ") + PQerrorMessage(connection_));
    PQclear(result);
  }
  void run(const std::string& sql) { expect(PQexec(connection_, sql.c_str()), PGRES_COMMAND_OK); }

  void prepare_values(const std::string& body) {
    std::vector<std::string> types = {"text", "bigint", "timestamptz", "text", "text", "text", "text", body};
    types.resize(width(), "text");
    std::string sql = "WITH fresh AS (INSERT INTO tweets VALUES ";
    for (std::size_t n = 0; n < batch_ * width(); ++n) {
      sql += n % width() == 0 ? (n == 0 ? "(" : ",(") : ",";
      sql += '$' + std::to_string(n + 1) + "::" + types[n % width()];
      if (n % width() == width() - 1) sql += ')';
    }
    sql += " ON CONFLICT (id) DO NOTHING" + counts();
    expect(PQprepare(connection_, "save", sql.c_str(), 0, nullptr), PGRES_COMMAND_OK);
  }
  void insert_values(const std::vector<Row>& rows) {
    std::vector<const char*> values;
    values.reserve(rows.size() * width());
    for (const auto& row : rows) {
      values.insert(values.end(), {row.id.c_str(), "1", row.created_at.c_str()});
      values.insert(values.end(), row.dimensions.begin(), row.dimensions.end());
      values.push_back(row.body->c_str());
      if (!more_.empty()) values.insert(values.end(), {row.author.c_str(), row.author.c_str(), row.body->c_str()});
    }
    expect(PQexecPrepared(connection_, "save", static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0),
           PGRES_COMMAND_OK);
  }
  static void add_body(std::string& text, const std::string& body) {
    for (const char c : body) {
      if (c == '\\') text += '\\';
      text += c;
    }
  }
  void copy_rows(const std::vector<Row>& rows) {
    expect(PQexec(connection_, "COPY stage FROM STDIN"), PGRES_COPY_IN);
    std::string text;
    for (const auto& row : rows) {
      text += row.id + "\t1\t" + row.created_at;
      for (const char* dimension : row.dimensions) (text += '\t') += dimension;
      text += '\t';
      add_body(text, *row.body);
      if (!more_.empty()) {
        text += '\t' + row.author + '\t' + row.author + '\t';
        add_body(text, *row.body);
      }
      text += '\n';
    }
    if (PQputCopyData(connection_, text.data(), static_cast<int>(text.size())) != 1 ||
        PQputCopyEnd(connection_, nullptr) != 1)
      fail(std::string("PostgreSQL: ") + PQerrorMessage(connection_));
    while (PGresult* result = PQgetResult(connection_)) expect(result, PGRES_COMMAND_OK);
  }

  PGconn* connection_;
  bool copy_;
  std::size_t batch_;
  std::vector<std::string> more_;
  std::string indexes_ = "CREATE INDEX ON tweets (created_at);";
};

}  // namespace raw
