#include "driver/redis_nodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "driver/redis_session.h"

namespace tweetpulse {
namespace {

constexpr int kSlots = 16384;

Error nobody(std::string_view what, const std::string& last) {
  return {ErrorCode::unavailable, fmt::format("{}: {}", what, last)};
}

}  // namespace

// CRC16/XMODEM, as the Redis Cluster specification has it.
int redis_slot(std::string_view key) {
  const auto open = key.find('{');
  if (open != std::string_view::npos)
    if (const auto close = key.find('}', open + 1); close != std::string_view::npos && close > open + 1)
      key = key.substr(open + 1, close - open - 1);
  std::uint16_t crc = 0;
  for (const char c : key) {
    crc = static_cast<std::uint16_t>(crc ^ (static_cast<unsigned char>(c) << 8));
    for (int bit = 0; bit < 8; ++bit)
      crc = static_cast<std::uint16_t>((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1);
  }
  return crc % kSlots;
}

std::optional<RedisNode> node_of_redirect(std::string_view text) {
  const auto space = text.rfind(' ');
  const auto colon = text.rfind(':');
  if (space == std::string_view::npos || colon == std::string_view::npos || colon < space) return std::nullopt;
  RedisNode node{std::string(text.substr(space + 1, colon - space - 1)), 0};
  const auto port = text.substr(colon + 1);
  if (std::from_chars(port.data(), port.data() + port.size(), node.port).ptr == port.data()) return std::nullopt;
  return node;
}

Result<RedisNode> RedisNodes::of(std::string_view key) {
  if (url_.form == RedisUrl::Form::single) return url_.nodes.front();
  const std::lock_guard lock(mutex_);
  if (url_.form == RedisUrl::Form::sentinel) {
    if (!master_) {
      auto master = ask_sentinels();
      if (!master) return master.error();
      master_ = std::move(*master);
    }
    return *master_;
  }
  if (slots_.empty()) {
    auto slots = ask_cluster();
    if (!slots) return slots.error();
    slots_ = std::move(*slots);
    known_.clear();
    for (const auto& range : slots_) known_.push_back(range.node);
  }
  if (key.empty()) return slots_.front().node;
  const int slot = redis_slot(key);
  for (const auto& range : slots_)
    if (slot >= range.first && slot <= range.last) return range.node;
  slots_.clear();  // asked again by the next call
  return Error{ErrorCode::unavailable, fmt::format("No node of the Redis Cluster serves slot {}.", slot)};
}

void RedisNodes::forget() {
  const std::lock_guard lock(mutex_);
  master_.reset();
  slots_.clear();
}

// All are asked and the most frequent answer comes first; it counts when the node itself says that it is a master, for
// Sentinels may be behind.
Result<RedisNode> RedisNodes::ask_sentinels() const {
  std::string last = "no Sentinel answers";
  std::vector<std::pair<int, RedisNode>> named;
  for (const auto& sentinel : url_.nodes) {
    const auto node = master_of(sentinel, last);
    if (!node) continue;
    const auto same = std::find_if(named.begin(), named.end(), [&](const auto& one) { return one.second == *node; });
    if (same == named.end())
      named.emplace_back(1, *node);
    else
      ++same->first;
  }
  std::stable_sort(named.begin(), named.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [votes, node] : named)
    if (is_master(node, last)) return node;
  return nobody("Redis Sentinel names no master that answers", last);
}

std::optional<RedisNode> RedisNodes::master_of(const RedisNode& sentinel, std::string& last) const {
  RedisUrl plain = url_;  // Sentinels have users of their own
  plain.user.clear();
  plain.password.clear();
  plain.database = 0;
  const auto session = open_redis_session(sentinel, plain, config_, tls_);
  if (!session) {
    last = session.error().what;
    return std::nullopt;
  }
  const auto answer = (*session)->call({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", url_.master}, config_.connect_timeout);
  if (!answer || answer->list.size() != 2) {
    last = answer ? fmt::format("the Sentinel at {} knows no master {}", sentinel.text(), url_.master)
                  : answer.error().what;
    return std::nullopt;
  }
  RedisNode node{answer->list[0].text, 0};
  const auto& port = answer->list[1].text;
  std::from_chars(port.data(), port.data() + port.size(), node.port);
  return node;
}

bool RedisNodes::is_master(const RedisNode& node, std::string& last) const {
  const auto session = open_redis_session(node, url_, config_, tls_);
  if (!session) {
    last = session.error().what;
    return false;
  }
  const auto role = (*session)->call({"ROLE"}, config_.connect_timeout);
  if (role && !role->list.empty() && role->list[0].text == "master") return true;
  last = role ? fmt::format("{} is no master yet", node.text()) : role.error().what;
  return false;
}

Result<std::vector<RedisNodes::Range>> RedisNodes::ask_cluster() const {
  std::string last = "no node answers";
  auto nodes = known_;
  nodes.insert(nodes.end(), url_.nodes.begin(), url_.nodes.end());
  for (const auto& node : nodes) {
    auto session = open_redis_session(node, url_, config_, tls_);
    if (!session) {
      last = session.error().what;
      continue;
    }
    const auto answer = (*session)->call({"CLUSTER", "SLOTS"}, config_.connect_timeout);
    if (!answer) {
      last = answer.error().what;
      continue;
    }
    std::vector<Range> ranges;
    for (const auto& range : answer->list) {
      if (range.list.size() < 3 || range.list[2].list.size() < 2) continue;
      const auto& place = range.list[2].list;
      RedisNode owner{place[0].text.empty() ? node.host : place[0].text, static_cast<int>(place[1].integer)};
      ranges.push_back({static_cast<int>(range.list[0].integer), static_cast<int>(range.list[1].integer), owner});
    }
    if (!ranges.empty()) return ranges;
    last = fmt::format("{} knows no slots: is it a Cluster?", node.text());
  }
  return nobody("The Redis Cluster does not say where its slots are", last);
}

}  // namespace tweetpulse
