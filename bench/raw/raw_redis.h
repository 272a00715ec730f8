// Streams of Redis with hiredis alone. Threads: one connection belongs to one thread.
#pragma once

#include <hiredis/hiredis.h>

#include <string>
#include <thread>
#include <vector>

#include "raw.h"

namespace raw {

class Connection {
 public:
  explicit Connection(const Options& options)
      : context_(redisConnect(options.text("redis-host", "127.0.0.1").c_str(),
                              static_cast<int>(options.number("redis-port", 6379)))) {
    if (context_ == nullptr || context_->err != 0) fail("Redis: no connection; give --redis-port");
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { redisFree(context_); }

  void send(const std::vector<std::string_view>& words) {
    std::vector<const char*> places;
    std::vector<std::size_t> sizes;
    for (const auto& word : words) {
      places.push_back(word.data());
      sizes.push_back(word.size());
    }
    redisAppendCommandArgv(context_, static_cast<int>(words.size()), places.data(), sizes.data());
  }
  void flush() {
    for (int done = 0; done == 0;)
      if (redisBufferWrite(context_, &done) != REDIS_OK) fail(std::string("Redis: ") + context_->errstr);
  }
  // To be freed by freeReplyObject.
  redisReply* receive() {
    void* reply = nullptr;
    if (redisGetReply(context_, &reply) != REDIS_OK) fail(std::string("Redis: ") + context_->errstr);
    auto* got = static_cast<redisReply*>(reply);
    if (got->type == REDIS_REPLY_ERROR) fail(std::string("Redis: ") + got->str);
    return got;
  }
  std::string call(const std::vector<std::string_view>& words) {
    send(words);
    redisReply* reply = receive();
    const std::string text = reply->str == nullptr ? "" : std::string(reply->str, reply->len);
    freeReplyObject(reply);
    return text;
  }
  long server_process() {
    const auto info = call({"INFO", "server"});
    const auto at = info.find("process_id:");
    return at == std::string::npos ? 0 : std::strtol(info.c_str() + at + 11, nullptr, 10);
  }

 private:
  redisContext* context_;
};

// One connection pushes its share, `pipeline` a trip.
inline void push_share(Connection& connection, const std::vector<std::string>& lines, const std::string& stream,
                       std::size_t count, std::size_t pipeline) {
  for (std::size_t done = 0; done < count;) {
    const auto trip = std::min(pipeline, count - done);
    for (std::size_t n = 0; n < trip; ++n)
      connection.send({"XADD", stream, "*", "t", lines[(done + n) % lines.size()]});
    for (std::size_t n = 0; n < trip; ++n) freeReplyObject(connection.receive());
    done += trip;
  }
}

inline void push_all(const Options& options, const std::vector<std::string>& lines, const std::string& stream,
                     std::size_t count, std::size_t connections) {
  std::vector<std::jthread> threads;
  for (std::size_t n = 0; n < connections; ++n)
    threads.emplace_back([&, share = (count + n) / connections] {
      Connection connection(options);
      push_share(connection, lines, stream, share, options.number("pipeline", 250));
    });
}

// The entries of one XREADGROUP reply of one stream; nullptr = nothing came.
inline const redisReply* entries_of(const redisReply* reply) {
  return reply->type != REDIS_REPLY_ARRAY || reply->elements == 0 ? nullptr : reply->element[0]->element[1];
}

inline void send_ack(Connection& connection, const std::string& stream, std::string_view group,
                     const redisReply* entries) {
  std::vector<std::string_view> words = {"XACK", stream, group};
  for (std::size_t n = 0; n < entries->elements; ++n) {
    const auto* id = entries->element[n]->element[0];
    words.emplace_back(id->str, id->len);
  }
  connection.send(words);
}

// Reads and acks `count` entries, XACK in one trip with the next read.
inline void read_and_ack(Connection& connection, const std::string& stream, std::string_view group, std::size_t count,
                         const std::string& at_most) {
  redisReply* held = nullptr;
  for (std::size_t done = 0; done < count;) {
    if (held != nullptr) send_ack(connection, stream, group, entries_of(held));
    connection.send({"XREADGROUP", "GROUP", group, "raw", "COUNT", at_most, "BLOCK", "100", "STREAMS", stream, ">"});
    if (held != nullptr) {
      freeReplyObject(connection.receive());
      freeReplyObject(held);
    }
    held = connection.receive();
    if (const auto* entries = entries_of(held); entries != nullptr) {
      done += entries->elements;
    } else {
      freeReplyObject(held);
      held = nullptr;
    }
  }
  if (held == nullptr) return;
  send_ack(connection, stream, group, entries_of(held));
  freeReplyObject(connection.receive());
  freeReplyObject(held);
}

}  // namespace raw
