#include "store/sql_ledger.h"

namespace tweetpulse {
namespace {

// A queue that was lost gives its receipts out again: the hash tells another tweet under an old receipt.
std::uint64_t hash_of(const Tweet& tweet) {
  std::uint64_t hash = 14695981039346656037ULL ^ static_cast<std::uint64_t>(revision_of(tweet));
  for (const char c : tweet.id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

SqlLedger::SqlLedger(Sql& sql, std::span<const EnrichedTweet> batch, const BatchOrigin& origin)
    : sql_(sql), origin_(origin) {
  if (!counts()) return;
  lines_.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::string receipt = i < origin.receipts.size() ? origin.receipts[i] : std::string();
    lines_.push_back(receipt + ' ' + std::to_string(hash_of(batch[i].tweet)));
  }
}

void SqlLedger::look_up() {
  if (!counts() || !redelivered_.empty()) return;
  redelivered_.assign(lines_.size(), false);
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < lines_.size(); ++i) places.emplace(lines_[i], i);
  sql_.each("SELECT receipts FROM worker_ledger", [&](const SqlRow& row) {
    std::string_view rest = row.text(0);
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      if (const auto found = places.find(rest.substr(0, end)); found != places.end()) {
        redelivered_[found->second] = true;
      }
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
  });
}

void SqlLedger::write(const SaveReport& report) {
  if (!counts() || lines_.empty()) return;
  std::vector<bool> refused(lines_.size(), false);
  for (const auto& [index, reason] : report.refused) refused[index] = true;
  std::string receipts;
  bool any_redelivered = false;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    any_redelivered = any_redelivered || redelivered(i);
    if (!refused[i] && !redelivered(i)) receipts.append(lines_[i]).append("\n");
  }
  // A batch may come back one by one: its receipts stay until a batch comes that holds none of it.
  const bool keep = any_redelivered || receipts.empty();
  sql_.run(
      "INSERT INTO worker_ledger AS w (consumer, receipts, created, changed, erased, duplicate)"
      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (consumer) DO UPDATE SET"
      " receipts = CASE WHEN $7 THEN w.receipts ELSE '' END || excluded.receipts,"
      " created = w.created + excluded.created, changed = w.changed + excluded.changed,"
      " erased = w.erased + excluded.erased, duplicate = w.duplicate + excluded.duplicate",
      origin_.consumer, receipts, report.created, report.changed, report.erased, report.duplicate, keep);
}

}  // namespace tweetpulse
