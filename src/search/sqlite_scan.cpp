#include "search/sqlite_scan.h"

namespace tweetpulse::sqlite_search {

void Match::add_to(Mood& mood) const {
  if (row_.is_null(1)) {
    ++mood.unscored;
    return;
  }
  const auto label = static_cast<Sentiment>(row_.integer(1));
  ++(label == Sentiment::positive ? mood.positive : label == Sentiment::neutral ? mood.neutral : mood.negative);
  mood.score_sum += row_.real(2);
}

std::string_view Match::sentiment() const {
  return row_.is_null(1) ? "unscored" : to_string(static_cast<Sentiment>(row_.integer(1)));
}

std::string_view Match::kind() const {
  return to_string(static_cast<Kind>(row_.integer(7)));
}

std::optional<Counted> counted_of(std::string_view name) {
  using From = Counted::From;
  if (name == "sentiment") return Counted{From::sentiment, {}};
  if (name == "lang") return Counted{From::lang, {}};
  if (name == "kind") return Counted{From::kind, {}};
  if (name == "source") return Counted{From::source, {}};
  if (name == "entities") return Counted{From::names, {}};
  const auto field = search_values::field_of(name);
  if (!field) return std::nullopt;
  return Counted{From::list, *field};
}

}  // namespace tweetpulse::sqlite_search
