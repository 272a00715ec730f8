#include "api/tweet_stream.h"

#include <deque>
#include <functional>

#include "api/csv.h"
#include "api/tweet_answer.h"
#include "base/log.h"

namespace tweetpulse::api {
namespace {

constexpr std::size_t kRowsAtOnce = 200, kPiece = 48 * 1024;

class TweetStream : public HttpStream {
 public:
  using Append = std::function<void(std::string&, const EnrichedTweet&)>;
  using Close = std::function<std::string(std::int64_t count)>;

  TweetStream(TweetStore& store, TweetFilter filter, std::string head, Append append, Close close)
      : store_(store),
        filter_(std::move(filter)),
        head_(std::move(head)),
        append_(std::move(append)),
        close_(std::move(close)) {
    filter_.limit = kRowsAtOnce;
  }

  State next(std::string& out) override {
    const std::size_t start = out.size();
    out += std::exchange(head_, "");
    while (out.size() - start < kPiece) {
      if (rows_.empty() && !read()) return State::end;
      if (rows_.empty()) {
        out += close_(count_);
        return State::end;
      }
      append_(out, rows_.front());
      rows_.pop_front();
      ++count_;
    }
    return State::more;
  }

 private:
  // false: the store failed, and the missing last line says so.
  bool read() {
    if (last_) return true;
    auto rows = store_.find(filter_);
    if (!rows) {
      log::warn("api", "A stream of tweets broke off.", {{"error", rows.error().what}, {"rows", count_}});
      return false;
    }
    last_ = rows->size() < filter_.limit;
    if (!rows->empty()) {
      const Tweet& edge = rows->back().tweet;
      (filter_.descending ? filter_.before : filter_.after) = Position{edge.created_at, edge.id};
    }
    rows_.assign(std::make_move_iterator(rows->begin()), std::make_move_iterator(rows->end()));
    return true;
  }

  TweetStore& store_;
  TweetFilter filter_;
  std::string head_;
  Append append_;
  Close close_;
  std::deque<EnrichedTweet> rows_;
  std::int64_t count_ = 0;
  bool last_ = false;
};

}  // namespace

std::shared_ptr<HttpStream> ndjson_stream(TweetStore& store, TweetFilter filter, Fields fields) {
  TweetForm form{std::move(fields), false, nullptr};
  return std::make_shared<TweetStream>(
      store, std::move(filter), "",
      [form = std::move(form)](std::string& out, const EnrichedTweet& tweet) {
        append_tweet(out, tweet, form);
        out += '\n';
      },
      [](std::int64_t count) { return R"({"meta":{"complete":true,"count":)" + std::to_string(count) + "}}\n"; });
}

std::shared_ptr<HttpStream> csv_stream(TweetStore& store, TweetFilter filter, std::span<const std::string> columns,
                                       bool excel_ids) {
  std::vector<std::string_view> chosen = csv_columns(columns);
  std::string head;
  append_csv_header(head, chosen);
  return std::make_shared<TweetStream>(
      store, std::move(filter), std::move(head),
      [chosen = std::move(chosen), excel_ids](std::string& out, const EnrichedTweet& tweet) {
        append_csv_row(out, tweet, chosen, excel_ids);
      },
      [](std::int64_t) { return std::string(); });
}

}  // namespace tweetpulse::api
