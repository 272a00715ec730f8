#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "api/body.h"
#include "api/erase.h"
#include "api/handlers.h"
#include "api/json.h"
#include "api/problem.h"
#include "api/question.h"
#include "api/tweet_answer.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {
namespace {

constexpr std::size_t kMostIds = 100;

bool wants(const Request& request, std::string_view part) {
  const auto& parts = request.values.list("expand");
  return std::find(parts.begin(), parts.end(), part) != parts.end();
}

void append_timing(Json& out, const Tweet& tweet) {
  out.key("timing").open().member("created_at", tweet.created_at).member("observed_at", tweet.observed_at);
  out.member("received_at", tweet.received_at);
  out.member("delay_ms", (tweet.received_at - tweet.created_at).count()).close();
}

void append_history(Json& out, const Ports& ports, const Tweet& tweet) {
  out.key("history").open_list();
  const auto earlier = ports.store.tweets(tweet.edit_history);
  if (earlier) {
    for (const EnrichedTweet& version : *earlier) {
      std::string text;
      append_tweet(text, version, {});
      out.raw(text);
    }
  }
  out.close_list();
}

// The tweet's object with the parts asked for by `expand`.
Result<std::string> expanded(const Ports& ports, const Request& request, const EnrichedTweet& tweet) {
  std::string body;
  append_tweet(body, tweet, {Fields(request.values.list("fields")), request.values.flag("explain"), nullptr});
  Json more;
  more.open();
  if (wants(request, "raw")) {
    const auto raw = ports.store.raw(tweet.tweet.id);
    if (!raw) return raw.error();
    more.key("raw").text_or_null(*raw);
  }
  if (wants(request, "history")) append_history(more, ports, tweet.tweet);
  if (wants(request, "timing")) append_timing(more, tweet.tweet);
  more.close();
  if (more.str() == "{}") return body;
  const bool bare = body == "{}";
  body.pop_back();
  return body + (bare ? "" : ",") + more.str().substr(1);
}

Response erased(const Request& request, const Result<>& done) {
  if (!done) {
    // Nothing is lost: the client repeats it until it is committed.
    return port_problem(request, "store", done.error());
  }
  Response response;
  response.status = 204;
  return response;
}

}  // namespace

Response get_tweet(const Ports& ports, const Request& request) {
  const auto found = ports.store.tweets({&request.variable, 1});
  if (!found) return port_problem(request, "store", found.error());
  if (found->empty()) return problem(request, "not-found", "There is no tweet with this id, or it was erased.");
  const auto body = expanded(ports, request, found->front());
  if (!body) return port_problem(request, "store", body.error());
  Json out;
  out.open().key("data").raw(*body).key("meta").open().member("backend", ports.store.adapter());
  out.key("warnings").open_list().close_list().close().close();
  return json_answer(out.take());
}

Response delete_tweet(const Ports& ports, const Request& request) {
  return erased(request, erase_tweet(ports, request.variable));
}

Response delete_author(const Ports& ports, const Request& request) {
  return erased(request, erase_author(ports, request.variable));
}

Response lookup_tweets(const Ports& ports, const Request& request) {
  static constexpr std::array kMembers{
      Param{.name = "ids", .doc = "1 to 100 ids", .required = true, .repeated = true, .most = kMostIds}};
  auto read = body_values(request, kMembers);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  const std::vector<std::string>& ids = std::get<Values>(read).list("ids");
  const auto found = ports.store.tweets(ids);
  if (!found) return port_problem(request, "store", found.error());
  std::map<std::string_view, const EnrichedTweet*> by_id;
  for (const EnrichedTweet& tweet : *found) by_id.emplace(tweet.tweet.id, &tweet);
  Json out;
  out.open().key("data").open_list();
  const TweetForm form{Fields(request.values.list("fields")), false, nullptr};
  for (const std::string& id : ids) {
    const auto known = by_id.find(id);
    if (known == by_id.end()) continue;
    std::string text;
    append_tweet(text, *known->second, form);
    out.raw(text);
  }
  out.close_list().key("errors").open_list();
  for (const std::string& id : ids) {
    if (by_id.contains(id)) continue;
    out.open().member("id", id).member("code", "not-found").member("detail", "There is no tweet with this id.").close();
  }
  out.close_list().key("meta").open().member("count", by_id.size()).member("backend", ports.store.adapter());
  out.key("warnings").open_list().close_list().close().close();
  return json_answer(out.take());
}

}  // namespace tweetpulse::api
