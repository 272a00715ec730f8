#include "driver/redis_replies.h"

#include <fmt/format.h>
#include <hiredis/read.h>

#include <algorithm>

namespace tweetpulse {
namespace {

constexpr std::size_t kMostBytes = 512u << 20;  // of one reply: as much as Redis keeps under one key
constexpr std::size_t kMostElements = 1u << 20;
constexpr std::size_t kReservedAtOnce = 1'024;  // a length is only what the server claims
constexpr int kMostDepth = 8;
constexpr std::size_t kSpareBuffer = 1u << 20;

// Where hiredis puts the next value. A list grows as its elements come; only finished ones are moved by that.
RedisReply* place_of(const redisReadTask* task) {
  int depth = 0;
  for (const auto* up = task->parent; up != nullptr; up = up->parent) ++depth;
  if (depth > kMostDepth) return nullptr;
  if (task->parent == nullptr) return new RedisReply();
  return &static_cast<RedisReply*>(task->parent->obj)->list.emplace_back();
}

void* create_string(const redisReadTask* task, char* text, std::size_t size) {
  auto* reply = place_of(task);
  if (reply == nullptr) return nullptr;
  reply->type = task->type == REDIS_REPLY_ERROR ? RedisReply::Type::error : RedisReply::Type::text;
  reply->text.assign(text, size);
  return reply;
}

template <class Count>
void* create_array(const redisReadTask* task, Count count) {
  if (static_cast<std::size_t>(count) > kMostElements) return nullptr;
  auto* reply = place_of(task);
  if (reply == nullptr) return nullptr;
  reply->type = RedisReply::Type::list;
  reply->list.reserve(std::min(static_cast<std::size_t>(count), kReservedAtOnce));
  return reply;
}

void* create_integer(const redisReadTask* task, long long value) {
  auto* reply = place_of(task);
  if (reply == nullptr) return nullptr;
  reply->type = RedisReply::Type::integer;
  reply->integer = value;
  return reply;
}

void* create_nil(const redisReadTask* task) {
  return place_of(task);
}

void free_reply(void* reply) {
  delete static_cast<RedisReply*>(reply);
}

redisReplyObjectFunctions& functions() {
  static redisReplyObjectFunctions ours = [] {
    redisReplyObjectFunctions made{};
    made.createString = create_string;
    made.createArray = create_array;
    made.createInteger = create_integer;
    made.createNil = create_nil;
    made.freeObject = free_reply;
    return made;
  }();
  return ours;
}

class HiredisReplies final : public RedisReplies {
 public:
  HiredisReplies() : reader_(redisReaderCreateWithFunctions(&functions())) { reader_->maxbuf = kSpareBuffer; }
  ~HiredisReplies() override { redisReaderFree(reader_); }
  HiredisReplies(const HiredisReplies&) = delete;
  HiredisReplies& operator=(const HiredisReplies&) = delete;

  Result<> feed(std::string_view bytes) override {
    unparsed_ += bytes.size();
    if (unparsed_ > kMostBytes) return Error{ErrorCode::timeout, "more than one reply may hold"};
    if (redisReaderFeed(reader_, bytes.data(), bytes.size()) != REDIS_OK) return broken();
    return {};
  }

  Result<std::optional<RedisReply>> take() override {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_, &raw) != REDIS_OK) return broken();
    if (raw == nullptr) return std::optional<RedisReply>();
    unparsed_ = 0;
    const std::unique_ptr<RedisReply> reply(static_cast<RedisReply*>(raw));
    return std::optional(std::move(*reply));
  }

 private:
  Error broken() const {
    const bool refused = reader_->err == REDIS_ERR_OOM;
    return {ErrorCode::timeout, refused ? "a reply too large or too deep" : std::string(reader_->errstr)};
  }

  redisReader* reader_;
  std::size_t unparsed_ = 0;
};

}  // namespace

std::unique_ptr<RedisReplies> RedisReplies::make() {
  return std::make_unique<HiredisReplies>();
}

}  // namespace tweetpulse
