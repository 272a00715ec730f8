#include "api/stored_filter.h"

#include "api/problem.h"

namespace tweetpulse::api {
namespace {

std::optional<Response> bound(const Ports& ports, const Request& request, std::string_view name,
                              std::optional<Position>& position) {
  const std::string& id = request.values.text(name);
  if (id.empty()) return std::nullopt;
  auto found = ports.store.position(id);
  if (!found) return port_problem(request, "store", found.error());
  if (!*found) {
    const Fault made = fault("invalid-parameter", name, "There is no such tweet", "unknown_id", id);
    return problem(request, {&made, 1});
  }
  position = std::move(**found);
  return std::nullopt;
}

}  // namespace

std::variant<TweetFilter, Response> filter_of(const Ports& ports, const Request& request) {
  const Values& values = request.values;
  TweetFilter filter;
  filter.authors = values.list("author");
  for (const std::string& lang : values.list("lang")) filter.langs.push_back(normal_language(lang));
  for (const std::string& label : values.list("sentiment")) filter.sentiments.push_back(sentiment_from(label));
  for (const std::string& kind : values.list("kind")) {
    if (const auto known = kind_from(kind)) filter.kinds.push_back(*known);
  }
  filter.from = values.time("from");
  filter.to = values.time("to");
  filter.descending = values.text("order") != "asc";
  filter.limit = static_cast<std::size_t>(values.integer("limit"));
  if (auto refused = bound(ports, request, "since_id", filter.after)) return std::move(*refused);
  if (auto refused = bound(ports, request, "until_id", filter.before)) return std::move(*refused);
  return filter;
}

}  // namespace tweetpulse::api
