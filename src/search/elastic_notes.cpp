#include "search/elastic_notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "search/action_words.h"
#include "search/elastic_lookup.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::string_view kFields = "event_at,value";
constexpr std::size_t kMostCached = 200'000;
constexpr int kRankBits = 20;
constexpr std::int64_t kLatest = (std::int64_t{1} << 42) - 1;  // ms
constexpr std::array<std::string_view, 2> kMoments = {"moment", "moment-alias"};

std::string key_of(Topic topic, std::string_view subject) {
  return document_id(fmt::format("{}|{}", static_cast<int>(topic), subject));
}

// Of two notes of one moment the greater wins, whatever comes first.
std::int64_t rank_of(std::string_view value) {
  std::uint64_t rank = 0;
  for (std::size_t i = 0; i < 2; ++i)
    rank = rank << 6 | (i < value.size() ? std::min<std::uint64_t>(63, static_cast<unsigned char>(value[i]) - 32u) : 0);
  std::uint64_t rest = 0;
  for (const char c : value) rest = rest * 31 + static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(rank << 8 | (rest & 0xff));
}

std::int64_t version_of(const NewNote& note) {
  if (note.topic == Topic::chain)
    return 1 + static_cast<std::int64_t>(std::count(note.note.value.begin(), note.note.value.end(), ','));
  return (std::clamp<std::int64_t>(note.note.event_at, 0, kLatest) << kRankBits) | rank_of(note.note.value);
}

// Notes that decide about posts, by the count that announces them; nullopt: nobody waits for these.
std::optional<std::size_t> announced_by(Topic topic) {
  if (topic == Topic::alias_erased) return 1;
  if (topic == Topic::restored || topic == Topic::chain) return std::nullopt;
  return 0;
}

}  // namespace

Result<std::vector<bool>> Notes::write(std::span<const NewNote> notes) {
  Writes writes;
  for (const auto& note : notes)
    writes.index(key_of(note.topic, note.subject), version_of(note), [&](std::string& out) {
      out += fmt::format(R"({{"topic":{},"event_at":{},"subject":)", static_cast<int>(note.topic), note.note.event_at);
      append_json_string(out, note.subject);
      out += R"(,"value":)";
      append_json_string(out, note.note.value);
      out += '}';
    });
  const auto outcomes = bulk_.send(index_, writes);
  if (!outcomes) return outcomes.error();
  std::vector<bool> newest;
  std::array<bool, 2> announced{};
  for (std::size_t i = 0; i < notes.size(); ++i) {
    newest.push_back((*outcomes)[i].fate == Fate::done);
    if (const auto moment = announced_by(notes[i].topic)) announced[*moment] = true;
  }
  Writes counts;
  for (std::size_t i = 0; i < announced.size(); ++i)
    if (announced[i]) counts.count_up(kMoments[i]);
  if (const auto counted = bulk_.send(index_, counts); !counted) return counted.error();
  if (!counts.empty()) {
    const std::lock_guard lock(mutex_);
    moment_.reset();
  }
  return newest;
}

Result<std::vector<std::optional<Note>>> Notes::read(std::span<const std::pair<Topic, std::string>> keys) {
  std::vector<std::string> ids;
  for (const auto& [topic, subject] : keys) ids.push_back(key_of(topic, subject));
  const auto found = fetch(client_, index_, ids, kFields);
  if (!found) return found.error();
  std::vector<std::optional<Note>> notes;
  for (const auto& stored : *found)
    notes.push_back(stored.found ? std::optional(Note{stored.event_at.value_or(0), stored.value}) : std::nullopt);
  return notes;
}

Result<Notes::Moment> Notes::ask_moment() {
  static const std::vector<std::string> ids(kMoments.begin(), kMoments.end());
  const auto found = fetch(client_, index_, ids, "none");
  if (!found) return found.error();
  return Moment{(*found)[0].version, (*found)[1].version};
}

Notes::Moment Notes::adopt(const Moment& moment) {
  const std::lock_guard lock(mutex_);
  if (moment_ != moment || cache_.size() > kMostCached) {
    cache_.clear();
    ++epoch_;
  }
  moment_ = moment;
  return moment;
}

Result<> Notes::Reading::load(std::span<const Tweet* const> posts) {
  std::vector<std::string> missing;
  std::int64_t epoch = 0;
  {
    const std::lock_guard lock(notes_.mutex_);
    epoch = notes_.epoch_;
    const auto want = [&](Topic topic, std::string_view subject) {
      if (subject.empty()) return;
      auto key = key_of(topic, subject);
      if (known_.contains(key)) return;
      const auto cached = notes_.cache_.find(key);
      if (cached != notes_.cache_.end()) {
        known_.emplace(cached->first, cached->second);
      } else if (known_.try_emplace(key).second) {
        missing.push_back(std::move(key));
      }
    };
    for (const Tweet* post : posts) {
      if (moment_[0] > 0) {
        for (const auto topic : {Topic::hidden, Topic::author_erased, Topic::author_withheld})
          want(topic, author_key(post->author));
        want(Topic::withheld, post->id);
      }
      if (moment_[1] > 0) want(Topic::alias_erased, post->alias);
    }
  }
  if (missing.empty()) return {};
  const auto found = fetch(notes_.client_, notes_.index_, missing, kFields);
  if (!found) return found.error();
  const std::lock_guard lock(notes_.mutex_);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    const auto& stored = (*found)[i];
    auto& note = known_[missing[i]];
    if (stored.found) note = Note{stored.event_at.value_or(0), stored.value};
    if (notes_.epoch_ == epoch) notes_.cache_.insert_or_assign(missing[i], note);
  }
  return {};
}

Standing Notes::Reading::standing_of(const Tweet& post) const {
  Standing standing;
  if (names_everywhere(post.withheld_in)) standing.state |= kWithheld;
  const auto note_of = [&](Topic topic, std::string_view subject) -> const Note* {
    if (subject.empty()) return nullptr;
    const auto found = known_.find(key_of(topic, subject));
    return found == known_.end() || !found->second ? nullptr : &*found->second;
  };
  if (moment_[0] > 0) {
    const auto author = author_key(post.author);
    if (const auto* note = note_of(Topic::hidden, author); note != nullptr && note->value == "1")
      standing.state |= kAuthorHidden;
    standing.author_erased = note_of(Topic::author_erased, author) != nullptr;
    // The author's statements first: one on the tweet itself is more exact.
    for (const auto& [topic, subject, bit] : {std::tuple(Topic::author_withheld, author, kAuthorWithheld),
                                              std::tuple(Topic::withheld, std::string_view(post.id), kWithheld)}) {
      const auto* note = note_of(topic, subject);
      if (note == nullptr) continue;
      auto countries = split_commas(note->value);
      const bool everywhere = countries.empty() || names_everywhere(countries);
      standing.state = everywhere ? standing.state | bit : standing.state & ~bit;
      if (countries.empty()) continue;
      standing.countries_known = true;
      standing.countries = std::move(countries);
    }
  }
  if (moment_[1] > 0) standing.alias_erased = note_of(Topic::alias_erased, post.alias) != nullptr;
  return standing;
}

Result<std::vector<Standing>> Notes::Reading::standings(std::span<const Tweet* const> posts) {
  std::optional<Moment> moment;
  {
    const std::lock_guard lock(notes_.mutex_);
    moment = notes_.moment_;
  }
  if (!moment) {
    const auto asked = notes_.ask_moment();
    if (!asked) return asked.error();
    moment = notes_.adopt(*asked);
  }
  if (moment_ != *moment) known_.clear();
  moment_ = *moment;
  if (auto loaded = load(posts); !loaded) return loaded.error();
  std::vector<Standing> out;
  out.reserve(posts.size());
  for (const Tweet* post : posts) out.push_back(standing_of(*post));
  return out;
}

Result<bool> Notes::Reading::changed() {
  const auto asked = notes_.ask_moment();
  if (!asked) return asked.error();
  if (*asked == moment_) return false;
  notes_.adopt(*asked);
  return true;
}

}  // namespace tweetpulse::elastic
