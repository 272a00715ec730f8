#include "search/elastic_bulk.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <thread>

#include "base/failpoint.h"
#include "search/elastic_json.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::elastic {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kLeastBytes = 100'000;
constexpr int kWellBeforeMore = 16;  // good answers before one sender more
constexpr std::size_t kSteps = 50;   // good answers from nothing to the most bytes
constexpr milliseconds kProbeEvery{5'000}, kLongestBackoff{10'000};
constexpr std::int64_t kLongestPause = 100;  // ms between two rounds of one call

void append_number(std::string& out, std::int64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

std::string with_reason(const std::optional<simdjson::dom::element>& error) {
  if (!error) return "no reason given";
  return fmt::format("{}: {}", text_of(member(*error, "type")), text_of(member(*error, "reason")));
}

bool is_block(const std::optional<simdjson::dom::element>& error) {
  return error && text_of(member(*error, "type")) == "cluster_block_exception";
}

std::optional<simdjson::dom::element> error_in(const Result<Json>& json) {
  if (!json) return std::nullopt;
  return member(json->root(), "error");
}

}  // namespace

void Writes::open_index(std::string_view id, std::int64_t version) {
  text_ += R"({"index":{"_id":)";
  append_json_string(text_, id);
  text_ += R"(,"version":)";
  append_number(text_, version);
  text_ += R"(,"version_type":"external_gte"}})";
  text_ += '\n';
}

void Writes::close() {
  text_ += '\n';
  ends_.push_back(text_.size());
}

void Writes::create(std::string_view id, std::string_view document) {
  text_ += R"({"create":{"_id":)";
  append_json_string(text_, id);
  text_ += "}}\n";
  text_ += document;
  close();
}

void Writes::replace(std::string_view id, std::int64_t sequence, std::int64_t term, std::string_view document) {
  text_ += R"({"index":{"_id":)";
  append_json_string(text_, id);
  text_ += fmt::format(R"(,"if_seq_no":{},"if_primary_term":{}}}}})", sequence, term);
  text_ += '\n';
  text_ += document;
  close();
}

void Writes::erase(std::string_view id, std::int64_t version) {
  text_ += R"({"delete":{"_id":)";
  append_json_string(text_, id);
  text_ += fmt::format(R"(,"version":{},"version_type":"external_gte"}}}})", version);
  close();
}

void Writes::count_up(std::string_view id) {
  text_ += R"({"index":{"_id":)";
  append_json_string(text_, id);
  text_ += "}}\n{}";
  close();
}

// One call of send(): what is settled, what stands in the way of the rest.
class Bulk::Sending {
 public:
  Sending(Bulk& bulk, std::string_view index, const Writes& writes)
      : bulk_(bulk),
        writes_(writes),
        path_(fmt::format("/{}/_bulk?require_alias=true&filter_path=errors,error,items.*.status,items.*.error.type,"
                          "items.*.error.reason",
                          index)),
        deadline_(steady_clock::now() + bulk.most_.deadline),
        outcomes_(writes.size()) {
    for (std::size_t i = 0; i < writes.size(); ++i) open_.push_back(i);
  }

  Result<std::vector<Outcome>> run() {
    if (const auto why = bulk_.block()) return *why;
    while (!open_.empty()) {
      const std::size_t before = open_.size();
      send_open();
      std::erase_if(open_, [this](std::size_t item) { return outcomes_[item].fate != Fate::unsettled; });
      if (open_.empty()) break;
      // Retrying belongs to the worker; only what goes forward goes on here.
      if (fatal_ || (open_.size() == before && !restored_) || steady_clock::now() >= deadline_) return last_;
      restored_ = false;
      bulk_.retried_.add(static_cast<double>(open_.size()));
      thread_local std::minstd_rand dice(std::random_device{}());
      std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<std::int64_t>(1, kLongestPause)(dice)));
    }
    return std::move(outcomes_);
  }

 private:
  using Items = std::span<const std::size_t>;

  void send_open() {
    for (std::size_t first = 0; first < open_.size() && !fatal_;) {
      const std::size_t room = bulk_.bytes_now();
      std::size_t bytes = 0, last = first;
      while (last < open_.size() && (last == first || bytes + writes_.lines_of(open_[last]).size() <= room))
        bytes += writes_.lines_of(open_[last++]).size();
      send(Items(open_).subspan(first, last - first));
      first = last;
    }
  }

  void send(Items items) {
    if (!bulk_.enter(deadline_)) return stop({ErrorCode::unavailable, "Too many requests wait for the search server."});
    Result<HttpReply> response = HttpReply();
    std::size_t bytes = 0;
    {
      const Place place(bulk_);
      std::string joined;
      const bool row = items.back() - items.front() + 1 == items.size();
      if (!row)
        for (const std::size_t item : items) joined += writes_.lines_of(item);
      const std::string_view body = row ? writes_.text(items.front(), items.size()) : std::string_view(joined);
      bytes = body.size();
      const auto left = std::chrono::duration_cast<milliseconds>(deadline_ - steady_clock::now());
      response = bulk_.client_.call("POST", path_, body, std::max(left, milliseconds(1)));
    }
    if (!response) return stop(response.error());
    settle(items, *response, bytes);
  }

  void settle(Items items, const HttpReply& response, std::size_t bytes) {
    if (response.status < 300) return settle_each(items, response, bytes);
    const auto json = Json::parse(response);
    const auto error = error_in(json);
    const auto why = bulk_.client_.error_of(response, "_bulk");
    if (BROKEN("bury_on_401") && (response.status == 401 || response.status == 403)) return refuse(items, why.what);
    if (is_block(error)) return block(why);
    switch (response.status) {
      case 400:
      case 413:
        if (items.size() == 1) return refuse(items, why.what);
        send(items.first(items.size() / 2));
        if (!fatal_) send(items.subspan(items.size() / 2));
        return;
      case 401:
      case 403:
        return block(why);
      case 404:
        return restore(why);
      case 429:
        bulk_.overloaded(bytes);
        last_ = why;
        return;
      default:
        return stop({why.retryable() ? why.code : ErrorCode::unavailable, why.what});
    }
  }

  void settle_each(Items items, const HttpReply& response, std::size_t bytes) {
    const auto json = Json::parse(response);
    if (BROKEN("bulk_status_only")) {
      for (const std::size_t item : items) outcomes_[item].fate = Fate::done;
      return;
    }
    if (!json) return stop(json.error());
    const auto list = member(json->root(), "items");
    if (!list || !list->is_array() || simdjson::dom::array(*list).size() != items.size())
      return stop({ErrorCode::timeout, fmt::format("{} answered for fewer writes than were sent: they are sent again.",
                                                   bulk_.client_.address())});
    std::size_t place = 0;
    bool overload = false;
    for_each(list, [&](simdjson::dom::element entry) { settle_one(items[place++], entry, overload); });
    if (fatal_) return;
    overload ? bulk_.overloaded(bytes) : bulk_.went_well();
    if (missing_) restore(*missing_);
    missing_.reset();
  }

  void settle_one(std::size_t item, simdjson::dom::element entry, bool& overload) {
    std::optional<simdjson::dom::element> answer;
    if (entry.is_object())
      for (const auto field : simdjson::dom::object(entry)) answer = field.value;
    const auto status = answer ? integer_of(member(*answer, "status")) : 0;
    const auto error = answer ? member(*answer, "error") : std::nullopt;
    auto& outcome = outcomes_[item];
    const auto why = [&](std::string_view remedy) {
      return Error{ErrorCode::unavailable, fmt::format("{} answers {} to a write ({}): {}.", bulk_.client_.address(),
                                                       status, with_reason(error), remedy)};
    };
    if (status == 200 || status == 201 || (status == 404 && !error)) {
      outcome.fate = Fate::done;
    } else if (status == 409) {
      outcome.fate = Fate::conflict;
    } else if (is_block(error)) {
      block(why("the index is read-only; free disk space or lift the block"));
    } else if (status == 401 || status == 403) {
      block(why("give the user of ELASTICSEARCH_URL (search.url) this permission"));
    } else if (status == 400 || status == 413) {
      outcome = {Fate::refused, with_reason(error)};
    } else if (status == 404) {
      missing_ = why("the index is gone; it is made again");
    } else {
      overload = overload || status == 429;
      last_ = why("it is overloaded or not ready");
    }
  }

  void refuse(Items items, const std::string& reason) {
    for (const std::size_t item : items) outcomes_[item] = {Fate::refused, reason};
  }
  void stop(Error why) {
    last_ = std::move(why);
    if (!last_.retryable()) last_.code = ErrorCode::unavailable;
    fatal_ = true;
  }
  void block(const Error& why) {
    bulk_.blocked(why);
    stop(why);
  }
  void restore(const Error& why) {
    last_ = {ErrorCode::unavailable, why.what};
    if (restores_++ > 1) return;
    const auto done = bulk_.restore_();
    if (!done) return stop(done.error());
    restored_ = true;
  }

  Bulk& bulk_;
  const Writes& writes_;
  const std::string path_;
  const steady_clock::time_point deadline_;
  std::vector<Outcome> outcomes_;
  std::vector<std::size_t> open_;
  Error last_{ErrorCode::unavailable, "The search server took not everything."};
  std::optional<Error> missing_;
  bool fatal_ = false, restored_ = false;
  int restores_ = 0;
};

Bulk::Bulk(Client& client, BulkLimits limits, std::function<Result<>()> restore)
    : client_(client), most_(limits), restore_(std::move(restore)), senders_(limits.senders), bytes_(limits.bytes) {
  const metrics::Labels labels = {{"adapter", std::string(client.server().name())}};
  retried_ =
      metrics::counter("search_retried_total", "Writes that the index did not take and that were sent again.", labels);
  stale_ = metrics::counter("search_stale_total", "Writes older than what the index holds.", labels);
  blocked_gauge_ =
      metrics::gauge("search_blocked", "1 = the index refuses every write: read-only, or the login.", labels);
}

Result<std::vector<Outcome>> Bulk::send(std::string_view index, const Writes& writes) {
  if (writes.empty()) return std::vector<Outcome>();
  auto outcomes = Sending(*this, index, writes).run();
  if (!outcomes) return outcomes;
  const auto stale = std::count_if(outcomes->begin(), outcomes->end(),
                                   [](const Outcome& outcome) { return outcome.fate == Fate::conflict; });
  if (stale > 0) stale_.add(static_cast<double>(stale));
  return outcomes;
}

bool Bulk::enter(steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  if (!room_.wait_until(lock, deadline, [this] { return in_flight_ < senders_; })) return false;
  ++in_flight_;
  return true;
}

void Bulk::leave() {
  {
    const std::lock_guard lock(mutex_);
    --in_flight_;
  }
  room_.notify_one();
}

std::size_t Bulk::bytes_now() {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void Bulk::overloaded(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ = std::max(kLeastBytes, std::min(bytes_, bytes) / 2);
  senders_ = std::max(1, senders_ / 2);
  well_ = 0;
}

void Bulk::went_well() {
  const std::lock_guard lock(mutex_);
  if (block_) blocked_gauge_.set(0);
  block_.reset();
  bytes_ = std::min(most_.bytes, bytes_ + most_.bytes / kSteps);
  if (++well_ % kWellBeforeMore == 0 && senders_ < most_.senders) {
    ++senders_;
    room_.notify_one();
  }
}

void Bulk::blocked(const Error& why) {
  const std::lock_guard lock(mutex_);
  block_ = why;
  blocked_until_ = steady_clock::now() + kProbeEvery;
  blocked_gauge_.set(1);
}

std::optional<Error> Bulk::block() {
  const std::lock_guard lock(mutex_);
  if (!block_ || steady_clock::now() >= blocked_until_) return std::nullopt;
  return block_;
}

std::optional<Error> Bulk::trouble() {
  const std::lock_guard lock(mutex_);
  if (!block_ || steady_clock::now() >= blocked_until_ + kLongestBackoff) return std::nullopt;
  return block_;
}

}  // namespace tweetpulse::elastic
