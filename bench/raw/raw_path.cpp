// raw_path --postgres CONNECTION [--redis-port N] [--count N] [--batch N] [--connections N] [--pipeline N]: the bare
// path: pushed into Redis, read by two groups, one of them into PostgreSQL exactly once. No parsing, no analysis.
#include <algorithm>

#include "raw_postgres.h"
#include "raw_redis.h"

namespace {

struct Read {
  redisReply* reply = nullptr;
  const redisReply* entries() const { return reply == nullptr ? nullptr : raw::entries_of(reply); }
};

std::vector<raw::Row> rows_of(const redisReply* entries, std::vector<std::string>& bodies, std::size_t done) {
  std::vector<raw::Row> rows;
  bodies.clear();
  bodies.reserve(entries->elements);
  for (std::size_t n = 0; n < entries->elements; ++n) {
    const auto* id = entries->element[n]->element[0];
    const auto* body = entries->element[n]->element[1]->element[1];
    bodies.emplace_back(body->str, body->len);
    rows.push_back(raw::row_of(std::string(id->str, id->len), done + n, bodies.back()));
  }
  std::ranges::sort(rows, {}, &raw::Row::id);
  return rows;
}

// Commits one batch while the next is on its way; acks ride with the next read.
void persist(const raw::Options& options, raw::Database& database, const std::string& stream, std::size_t count) {
  raw::Connection connection(options);
  const auto at_most = options.text("batch", "1000");
  const auto ask = [&] {
    connection.send(
        {"XREADGROUP", "GROUP", "persist", "raw", "COUNT", at_most, "BLOCK", "100", "STREAMS", stream, ">"});
    connection.flush();
  };
  std::vector<std::string> bodies;
  std::size_t done = 0;
  ask();
  Read held{connection.receive()};
  while (done < count) {
    ask();
    const auto* entries = held.entries();
    if (entries != nullptr) {
      database.save(rows_of(entries, bodies, done));
      done += entries->elements;
      raw::send_ack(connection, stream, "persist", entries);
      connection.flush();
    }
    const Read next{connection.receive()};
    if (entries != nullptr) freeReplyObject(connection.receive());
    freeReplyObject(held.reply);
    held = next;
  }
  freeReplyObject(held.reply);
}

}  // namespace

int main(int count, char** words) {
  const raw::Options options(count, words);
  const auto lines = raw::lines(options, 600);
  const auto entries = options.number("count", 200'000);
  const std::string stream = "raw:" + std::to_string(static_cast<long long>(raw::now() * 1e6));
  raw::Connection connection(options);
  raw::Database database(options, options.number("batch", 1'000), true);
  for (const char* group : {"elastic", "persist"})
    connection.call({"XGROUP", "CREATE", stream, group, "0", "MKSTREAM"});
  raw::Figures figures("raw_path");
  figures.add("bytes", raw::average_bytes(lines));
  const raw::Watch watch({connection.server_process(), database.backend()});
  {
    std::jthread reader([&] {
      raw::Connection own(options);
      raw::read_and_ack(own, stream, "elastic", entries, "500");
    });
    std::jthread writer([&] { persist(options, database, stream, entries); });
    raw::push_all(options, lines, stream, entries, options.number("connections", 4));
  }
  figures.add("path", entries, watch);
  database.check(entries);
  database.drop();
  connection.call({"UNLINK", stream});
  figures.print();
}
