#include "search/value_table.h"

#include <algorithm>
#include <numeric>

#include "query/terms.h"

namespace tweetpulse {

ValueTable::Group ValueTable::add(std::string_view spelling) {
  const auto known = spellings_.find(spelling);
  if (known != spellings_.end()) {
    ++known->second.count;
    return known->second.group;
  }
  const auto [group, fresh] = groups_.try_emplace(fold(spelling), static_cast<Group>(counts_.size()));
  if (fresh) {
    counts_.push_back(0);
    folded_.push_back(&group->first);
  }
  spellings_.emplace(std::string(spelling), Spelling{group->second, 1});
  return group->second;
}

std::optional<ValueTable::Group> ValueTable::find(std::string_view spelling) const {
  const auto known = spellings_.find(spelling);
  if (known == spellings_.end()) return std::nullopt;
  return known->second.group;
}

std::int64_t ValueTable::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

std::vector<ValueTable::Group> ValueTable::ranking(std::size_t size) const {
  std::vector<Group> order(counts_.size());
  std::iota(order.begin(), order.end(), Group{0});
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(size, order.size()));
  std::partial_sort(order.begin(), end, order.end(), [this](Group left, Group right) {
    if (counts_[left] != counts_[right]) return counts_[left] > counts_[right];
    return *folded_[left] < *folded_[right];
  });
  order.erase(end, order.end());
  return order;
}

std::vector<std::string> ValueTable::names(const std::vector<Group>& groups) const {
  std::unordered_map<Group, std::pair<std::int64_t, std::string_view>> best;
  for (const Group group : groups) best[group] = {0, {}};
  for (const auto& [text, spelling] : spellings_) {
    const auto found = best.find(spelling.group);
    if (found == best.end()) continue;
    auto& [count, name] = found->second;
    if (spelling.count < count || (spelling.count == count && text > name)) continue;
    count = spelling.count;
    name = text;
  }
  std::vector<std::string> out;
  for (const Group group : groups) out.emplace_back(best[group].second);
  return out;
}

std::vector<ValueCount> ValueTable::best(std::size_t size) const {
  const auto groups = ranking(size);
  auto spelt = names(groups);
  std::vector<ValueCount> out;
  for (std::size_t i = 0; i < groups.size(); ++i) out.push_back({std::move(spelt[i]), counts_[groups[i]]});
  return out;
}

}  // namespace tweetpulse
