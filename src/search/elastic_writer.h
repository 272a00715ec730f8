// Writes batches of tweets and actions into one index: everything of a batch is settled when it returns.
// Threads: any thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "search/elastic_actions.h"
#include "search/elastic_bulk.h"
#include "search/elastic_notes.h"
#include "search/search_index.h"

namespace tweetpulse::elastic {

class Writer {
 public:
  Writer(Client& client, Bulk& bulk, Notes& notes, std::string index)
      : client_(client), bulk_(bulk), notes_(notes), index_(std::move(index)) {}

  Result<std::vector<Refused>> index(std::span<const EnrichedTweet> tweets);
  Result<> remove(std::span<const std::string> ids);

 private:
  struct Post;
  Result<> write_part(std::span<const EnrichedTweet> tweets, std::size_t first, std::vector<Refused>& refused);
  Result<> write_posts(std::vector<Post>& posts, std::vector<Refused>& refused);
  Result<> refuse_unknown(std::vector<Post>& posts, const std::vector<Standing>& standings,
                          std::vector<Refused>& refused);
  Result<> send(const std::vector<Post*>& posts, std::vector<Refused>& refused);
  Result<std::vector<Refused>> send_some(std::span<Post* const> posts);

  Client& client_;
  Bulk& bulk_;
  Notes& notes_;
  const std::string index_;
};

}  // namespace tweetpulse::elastic
