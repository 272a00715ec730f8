#include "api/analysis.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/question.h"

namespace tweetpulse::api {
namespace {

// Counts of the same values in the period of equal length just before.
Result<std::map<std::string, std::int64_t>> previous_counts(const Ports& ports, const Request& request,
                                                            const Query& query, const TopOptions& options,
                                                            const TopPage& page) {
  const auto period = period_of(ports, request, query);
  if (!period) return period.error();
  if (!*period || page.values.empty()) return std::map<std::string, std::int64_t>();
  Query before = question_of(request.values, false);
  narrow_to(before, (*period)->from - ((*period)->to - (*period)->from), (*period)->from);
  std::vector<std::string> values;
  for (const TopValue& value : page.values) values.push_back(value.value);
  return ports.search.counts(before, options, values);
}

void append_value(Json& out, const TopValue& value, const std::map<std::string, std::int64_t>* previous) {
  out.open().member("type", value.type).member("value", value.value).member("count", value.count);
  if (previous != nullptr) {
    const auto found = previous->find(value.value);
    const std::int64_t before = found == previous->end() ? 0 : found->second;
    out.member("previous", before).member("change", value.count - before);
  }
  out.key("sentiment").open();
  append_mood(out, value.mood);
  out.close().key("sample_ids").open_list();
  for (const std::string& id : value.sample_ids) out.text(id);
  out.close_list().close();
}

Response ranking(const Ports& ports, const Request& request, std::string_view field) {
  return analysis(ports, request, [&](const Query& query) -> std::variant<Analysed, Response> {
    TopOptions options;
    options.field = field;
    options.size = static_cast<std::size_t>(request.values.integer("size"));
    options.count_authors = request.values.text("unit") == "authors";
    const auto page = ports.search.top(query, options);
    if (!page) return port_problem(request, "search index", page.error());
    std::map<std::string, std::int64_t> previous;
    const bool compare = request.values.text("compare") == "previous";
    if (compare) {
      auto counted = previous_counts(ports, request, query, options, *page);
      if (!counted) return port_problem(request, "search index", counted.error());
      previous = std::move(*counted);
    }
    Json out;
    out.open().key("data").open_list();
    for (const TopValue& value : page->values) append_value(out, value, compare ? &previous : nullptr);
    out.close_list().key("meta").open().member("type", field).member("distinct", page->distinct);
    out.member("distinct_relation", "eq").member("other", page->other).member("unit", request.values.text("unit"));
    out.member("backend", ports.search.adapter());
    return Analysed{out.take(), ""};
  });
}

}  // namespace

Response entities(const Ports& ports, const Request& request) {
  return ranking(ports, request, request.values.text("type"));
}
Response keywords(const Ports& ports, const Request& request) {
  return ranking(ports, request, "keyword");
}
Response authors(const Ports& ports, const Request& request) {
  return ranking(ports, request, "author");
}
Response languages(const Ports& ports, const Request& request) {
  return ranking(ports, request, "lang");
}
Response domains(const Ports& ports, const Request& request) {
  return ranking(ports, request, "domain");
}

}  // namespace tweetpulse::api
