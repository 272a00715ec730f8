#include "queue/redis_dead_letters.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "queue/redis_scripts.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kPage = 500;

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

PlacedLetter letter_of(const RedisReply& entry) {
  PlacedLetter placed{.place = entry.list[0].text, .letter = {}};
  const auto& fields = entry.list[1].list;
  auto& letter = placed.letter;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const auto& name = fields[i].text;
    const auto& value = fields[i + 1].text;
    if (name == "id") letter.id = value;
    if (name == "group") letter.group = value;
    if (name == "reason") letter.reason = value;
    if (name == "source") letter.source = value;
    if (name == "tweet_id") letter.tweet_id = value;
    if (name == "payload") letter.payload = value;
    if (name == "attempts") letter.attempts = static_cast<int>(number(value));
    if (name == "error") letter.first_error = letter.last_error = value;
    if (name == "first_at") letter.first_at = from_ms(number(value));
    if (name == "last_at") letter.last_at = from_ms(number(value));
  }
  return placed;
}

bool matches(const DeadLetter& letter, const DeadLetterFilter& filter) {
  return (filter.id.empty() || filter.id == letter.id) && (filter.group.empty() || filter.group == letter.group) &&
         (filter.reason.empty() || filter.reason == letter.reason);
}

// Where the letter of this id waits; "" = nowhere.
Result<std::string> place_of(RedisPartition& partition, const std::string& id) {
  const auto place = partition.redis().call(partition.stream(), {"HGET", partition.key("dead:ids"), id});
  if (!place) return place.error();
  return place->text.find('-') == std::string::npos ? std::string() : place->text;
}

Result<RedisReply> page_before(RedisPartition& partition, const DeadLetterFilter& filter, const std::string& before) {
  if (filter.id.empty())
    return partition.redis().call(
        partition.stream(),
        {"XREVRANGE", partition.key("dead"), before.empty() ? "+" : "(" + before, "-", "COUNT", std::to_string(kPage)});
  const auto place = place_of(partition, filter.id);
  if (!place) return place.error();
  if (place->empty() || !before.empty()) return RedisReply{.type = RedisReply::Type::list, .text = {}, .list = {}};
  return partition.redis().call(partition.stream(), {"XRANGE", partition.key("dead"), *place, *place});
}

}  // namespace

Result<> keep_letter(RedisPartition& partition, const DeadLetter& letter) {
  auto id = letter.id;
  if (id.empty()) {
    const auto number_of_it = partition.redis().call(partition.stream(), {"INCR", partition.key("dead:made")});
    if (!number_of_it) return number_of_it.error();
    id = fmt::format("{}-{}-{}", letter.group, partition.epoch(), number_of_it->integer);
  }
  const auto kept = partition.run(
      redis_script::kBuryLetter, {partition.key("meta"), partition.key("dead"), partition.key("dead:ids")},
      {std::to_string(partition.config().dead_max_bytes), id, letter.group, letter.reason, letter.source,
       letter.tweet_id, letter.payload, std::to_string(letter.attempts), letter.last_error,
       std::to_string(to_ms(letter.first_at)), std::to_string(to_ms(letter.last_at))});
  if (!kept) return kept.error();
  if (kept->text == "OK") return {};
  return Error{ErrorCode::unavailable, fmt::format("There are too many dead letters in {}: redrive or discard some, or "
                                                   "raise queue.dead_max_bytes.",
                                                   partition.key("dead"))};
}

Result<std::vector<PlacedLetter>> list_letters(RedisPartition& partition, const DeadLetterFilter& filter,
                                               std::size_t limit, const std::string& before) {
  std::vector<PlacedLetter> found;
  for (auto next = before; found.size() < limit;) {
    const auto page = page_before(partition, filter, next);
    if (!page) return page.error();
    for (const auto& entry : page->list) {
      if (entry.list.size() < 2) continue;
      next = entry.list[0].text;
      auto placed = letter_of(entry);
      if (!matches(placed.letter, filter)) continue;
      found.push_back(std::move(placed));
      if (found.size() == limit) break;
    }
    if (page->list.size() < kPage) break;
  }
  return found;
}

Result<bool> close_letter(RedisPartition& partition, const std::string& place, std::string_view how) {
  const auto closed = partition.run(redis_script::kCloseLetter,
                                    {partition.key("meta"), partition.key("dead"), partition.key("dead:ids")},
                                    {place, std::string(how)});
  if (!closed) return closed.error();
  return closed->integer == 1;
}

Result<std::vector<std::string>> list_dead_tweets(RedisPartition& partition, std::string_view group,
                                                  std::string_view after, std::size_t limit) {
  const auto ids = partition.redis().call(
      partition.stream(), {"ZRANGEBYLEX", partition.key("dead:tweets:" + std::string(group)),
                           after.empty() ? "-" : "(" + std::string(after), "+", "LIMIT", "0", std::to_string(limit)});
  if (!ids) return ids.error();
  std::vector<std::string> list;
  for (const auto& id : ids->list) list.push_back(id.text);
  return list;
}

// Few tweets are dead, so most batches of erased ids end at the first question.
Result<std::int64_t> discard_letters_of(RedisPartition& partition, std::span<const std::string> tweet_ids) {
  std::vector<RedisCommand> commands;
  auto groups = partition.config().groups;
  groups.emplace_back("ingest");
  for (const auto& group : groups) {
    RedisCommand command = {"ZMSCORE", partition.key("dead:tweets:" + group)};
    command.insert(command.end(), tweet_ids.begin(), tweet_ids.end());
    commands.push_back(std::move(command));
  }
  if (tweet_ids.empty()) return std::int64_t{0};
  const auto replies = partition.redis().pipeline(partition.stream(), commands);
  if (!replies) return replies.error();
  std::set<std::string> dead;
  for (const auto& reply : *replies)
    for (std::size_t i = 0; i < reply.list.size() && i < tweet_ids.size(); ++i)
      if (!reply.list[i].is_nil()) dead.insert(tweet_ids[i]);
  std::int64_t discarded = 0;
  for (std::string before; !dead.empty();) {
    const auto page = list_letters(partition, {}, kPage, before);
    if (!page) return page.error();
    for (const auto& placed : *page) {
      before = placed.place;
      if (!dead.contains(placed.letter.tweet_id)) continue;
      const auto closed = close_letter(partition, placed.place, "discarded");
      if (!closed) return closed.error();
      discarded += *closed ? 1 : 0;
    }
    if (page->size() < kPage) break;
  }
  return discarded;
}

}  // namespace tweetpulse
