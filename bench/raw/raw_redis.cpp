// raw_redis [--redis-port N] [--count N] [--pipeline N] [--bytes N | --lines FILE]: XADD on 1 and on 4 connections,
// then XREADGROUP and XACK, with hiredis and nothing else.
#include "raw_redis.h"

int main(int count, char** words) {
  const raw::Options options(count, words);
  const auto lines = raw::lines(options, 600);
  const auto entries = options.number("count", 200'000);
  const std::string stream = "raw:" + std::to_string(static_cast<long long>(raw::now() * 1e6));
  raw::Connection connection(options);
  const long server = connection.server_process();
  raw::Figures figures("raw_redis");
  figures.add("bytes", raw::average_bytes(lines));
  for (const std::size_t connections : {1, 4}) {
    connection.call({"DEL", stream});
    connection.call({"XGROUP", "CREATE", stream, "g", "0", "MKSTREAM"});
    const raw::Watch watch({server});
    raw::push_all(options, lines, stream, entries, connections);
    figures.add("push_" + std::to_string(connections), entries, watch);
  }
  const raw::Watch watch({server});
  raw::read_and_ack(connection, stream, "g", entries, "500");
  figures.add("read_ack", entries, watch);
  connection.call({"UNLINK", stream});
  figures.print();
}
