// One tweet as the API answers it: the public form, projected, with what the query matched. Threads: pure functions.
#pragma once

#include <string>

#include "api/fields.h"
#include "query/ast.h"
#include "tweet/tweet.h"

namespace tweetpulse::api {

struct TweetForm {
  Fields fields;
  bool explain = false;
  const Query* highlight = nullptr;  // adds `matched`
};
void append_tweet(std::string& out, const EnrichedTweet& tweet, const TweetForm& form);

}  // namespace tweetpulse::api
