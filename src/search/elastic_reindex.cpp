// Filling a new index beside the one in use: the Reindex of adapters.h.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/log.h"
#include "search/adapters.h"
#include "search/elastic_json.h"
#include "search/elastic_lookup.h"
#include "search/elastic_templates.h"
#include "search/elastic_writer.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

// Writes name an alias, so that an index that is lost is not made by the server itself without our mapping.
std::string building_alias(std::string_view alias) {
  return fmt::format("{}-building", alias);
}

std::string place_id(std::string_view target) {
  return fmt::format("reindex|{}", target);
}

class ElasticReindex final : public Reindex {
 public:
  ElasticReindex(std::unique_ptr<elastic::Client> client, const ElasticIndexConfig& config, std::string old,
                 std::string target, std::string after)
      : client_(std::move(client)),
        names_(elastic::names_of(config.index)),
        old_(std::move(old)),
        target_(std::move(target)),
        after_(std::move(after)),
        bulk_(*client_, {static_cast<std::size_t>(config.bulk_bytes), config.senders, config.call_timeout},
              [this]() -> Result<> {
                return Error{ErrorCode::not_found,
                             fmt::format("{} lost the new index {}: begin again.", client_->address(), target_)};
              }),
        notes_(*client_, bulk_, names_.actions),
        writer_(*client_, bulk_, notes_, building_alias(names_.documents)) {}

  const std::string& after() const override { return after_; }
  const std::string& target() const override { return target_; }

  Result<std::vector<Refused>> feed(std::span<const EnrichedTweet> tweets,
                                    std::span<const std::string> removed) override {
    if (auto done = writer_.remove(removed); !done) return done.error();
    auto refused = writer_.index(tweets);
    if (!refused) return refused;
    for (const auto& tweet : tweets) after_ = std::max(after_, tweet.tweet.id);
    for (const auto& id : removed) after_ = std::max(after_, id);
    if (auto noted = note_place(); !noted) return noted.error();
    return refused;
  }

  Result<> finish() override {
    if (const auto shown = client_->ask("POST", fmt::format("/{}/_refresh", target_)); !shown) return shown.error();
    const auto alias = names_.documents, building = building_alias(names_.documents);
    const auto swapped = client_->ask(
        "POST", "/_aliases",
        fmt::format(R"({{"actions":[{{"remove":{{"index":"{0}","alias":"{2}"}}}},)"
                    R"({{"remove":{{"index":"{1}","alias":"{3}"}}}},{{"add":{{"index":"{1}","alias":"{2}"}}}}]}})",
                    old_, target_, alias, building));
    if (!swapped) return swapped.error();
    log::info("search", "A new index took the place of the old one.", {{"index", target_}, {"before", old_}});
    const auto deleted = client_->ask("DELETE", "/" + elastic::percent(old_));
    if (!deleted) return deleted.error();
    return {};
  }

 private:
  // A batch may be written in part when the process dies: the last id that is there says nothing.
  Result<> note_place() {
    elastic::Writes writes;
    writes.index(place_id(target_), to_ms(now()), [this](std::string& out) {
      out += R"({"value":)";
      append_json_string(out, after_);
      out += '}';
    });
    const auto outcomes = bulk_.send(names_.actions, writes);
    if (!outcomes) return outcomes.error();
    return {};
  }

  std::unique_ptr<elastic::Client> client_;
  const elastic::Names names_;
  const std::string old_, target_;
  std::string after_;
  elastic::Bulk bulk_;
  elastic::Notes notes_;
  elastic::Writer writer_;
};

// The index that an earlier run began; "" = there is none.
Result<std::string> begun(elastic::Client& client, const std::string& building) {
  auto index = elastic::index_behind(client, building);
  if (!index) return index.error();
  return index->value_or("");
}

}  // namespace

Result<std::unique_ptr<Reindex>> begin_reindex(const ElasticIndexConfig& config) {
  auto client = elastic::Client::open({config.urls, config.ca_file, config.call_timeout});
  if (!client) return client.error();
  const auto names = elastic::names_of(config.index);
  const elastic::IndexSettings settings{config.shards, config.refresh};
  if (auto prepared = elastic::prepare(**client, names, settings); !prepared) return prepared.error();
  auto old = elastic::index_behind(**client, names.documents);
  if (!old) return old.error();
  const auto building = building_alias(names.documents);
  auto target = begun(**client, building);
  if (!target) return target.error();
  if (target->empty()) {
    const auto all = elastic::indexes_of(**client, names.documents);
    if (!all) return all.error();
    int number = elastic::number_of(old->value_or(""));
    for (const auto& name : *all) number = std::max(number, elastic::number_of(name));
    *target = elastic::concrete_name(names.documents, number + 1);
    const auto made =
        (*client)->ask("PUT", "/" + elastic::percent(*target), fmt::format(R"({{"aliases":{{"{}":{{}}}}}})", building));
    if (!made) return made.error();
  }
  (*client)->started();
  const auto place = elastic::fetch(**client, names.actions, std::vector<std::string>{place_id(*target)}, "value");
  if (!place) return place.error();
  return std::unique_ptr<Reindex>(std::make_unique<ElasticReindex>(std::move(*client), config, old->value_or(""),
                                                                   std::move(*target), place->front().value));
}

}  // namespace tweetpulse
