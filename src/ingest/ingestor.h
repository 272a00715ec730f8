// From received lines to the queue: fold, filter, confirm, push, and count each line in exactly one class.
// Threads: take() may be called from any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "coordination/seen_filter.h"
#include "queue/queue.h"
#include "source/source.h"
#include "store/books.h"
#include "store/tweet_store.h"

namespace tweetpulse {

// What became of one batch. The tally counts a received tweet for every tweet that a line carries.
struct Intake {
  Tally tally;
  std::vector<std::string> reasons;  // one a Received: why it was refused, "" = it was not
};

class Ingestor {
 public:
  // `name` is the source of metrics and letters. The ports must outlive this.
  Ingestor(Queue& queue, SeenFilter& seen, TweetStore& store, std::string name);

  // Durable: when it returns. On an error nothing is counted and the same batch must be offered again: every sink takes
  // a repetition. `letter_prefix` makes ids of refused lines that are the same when the line comes again.
  Result<Intake> take(std::span<Received> batch, std::string_view letter_prefix);

 private:
  struct Candidates;
  void sort_out(std::span<Received> batch, std::string_view letter_prefix, Candidates& candidates,
                Intake& intake) const;
  void drop_known(Candidates& candidates, Intake& intake);
  Result<> refuse_erased_authors(Candidates& candidates, std::string_view letter_prefix, Intake& intake);
  void count(const Tally& tally) const;

  Queue& queue_;
  SeenFilter& seen_;
  TweetStore& store_;
  std::string name_;
};

}  // namespace tweetpulse
