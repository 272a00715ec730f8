#include "search/elastic_doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "search/adapters.h"
#include "search/elastic_json.h"
#include "search/elastic_templates.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::chrono::milliseconds kTrip{5'000};
constexpr std::string_view kDisk = "cluster.routing.allocation.disk.";

using enum Check::Verdict;

bool is_supported(const Server& server) {
  if (server.flavour == Flavour::opensearch) return server.major == 2 || server.major == 3;
  return (server.major == 7 && server.minor >= 17) || server.major == 8 || server.major == 9;
}

void judge_disks(const ElasticFacts& facts, Checks& out) {
  bool near = false, over = false;
  std::string found;
  for (const auto& disk : facts.disks) {
    const auto least = [&disk](const Watermark& mark) { return free_demanded(mark, disk.total).value_or(0); };
    near = near || disk.available < least(facts.high);
    over = over || disk.available < least(facts.flood);
    found += fmt::format("{}{} {:.1f} GB of {:.1f} GB free", found.empty() ? "" : ", ", disk.node,
                         static_cast<double>(disk.available) / 1e9, static_cast<double>(disk.total) / 1e9);
  }
  if (!facts.watermarks) found += "; its watermarks are off";
  out.judge(over && facts.watermarks ? fail : warn, !near && !over, "search disk", found.empty() ? "not told" : found,
            fmt::format("make room or add a node: above {} it moves shards away, above {} it refuses every write",
                        facts.high.level, facts.flood.level));
}

}  // namespace

std::optional<std::int64_t> free_demanded(const Watermark& watermark, std::int64_t total) {
  const auto bytes_of = [](std::string_view text) -> std::optional<double> {
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || number < 0) return std::nullopt;
    std::string unit(read.ptr, end);
    std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr std::string_view kUnits[] = {"b", "kb", "mb", "gb", "tb", "pb"};
    const auto* known = std::find(std::begin(kUnits), std::end(kUnits), unit);
    if (known == std::end(kUnits)) return std::nullopt;
    for (const auto* step = std::begin(kUnits); step != known; ++step) number *= 1024;
    return number;
  };
  if (const auto bytes = bytes_of(watermark.level)) return static_cast<std::int64_t>(*bytes);
  double share = 0;
  const auto& level = watermark.level;
  const auto read = std::from_chars(level.data(), level.data() + level.size(), share);
  const std::string_view rest(read.ptr, level.data() + level.size());
  if (read.ec != std::errc() || !(rest.empty() || rest == "%")) return std::nullopt;
  if (rest == "%") share /= 100;
  const double demanded = static_cast<double>(total) * (1 - std::clamp(share, 0.0, 1.0));
  return static_cast<std::int64_t>(std::min(demanded, bytes_of(watermark.headroom).value_or(demanded)));
}

void judge_elastic(const ElasticFacts& facts, Checks& out) {
  const auto& server = facts.server;
  out.judge(server.major == 0 ? warn : fail, is_supported(server), "search version",
            fmt::format("{} {}", server.name(), server.version.empty() ? "of an unknown version" : server.version),
            "Elasticsearch 7.17 to 9 and OpenSearch 2 and 3 are supported");
  out.judge(facts.health == "red" ? fail : warn, facts.health == "green" || facts.health == "yellow", "search health",
            facts.health.empty() ? "may not be asked" : fmt::format("{}, nodes {}", facts.health, facts.nodes),
            facts.health.empty() ? "give its user the cluster privilege `monitor`"
                                 : "GET /_cluster/allocation/explain names the shard that has no place");
  judge_disks(facts, out);
  std::string blocks;
  for (const auto& block : facts.blocks) blocks += (blocks.empty() ? "" : ", ") + block;
  out.judge(
      fail, blocks.empty(), "search blocks", blocks.empty() ? "none" : blocks,
      R"(make room on its disks; PUT /<index>/_settings {"index.blocks.read_only_allow_delete": null} and the like)");
}

namespace {

// Answers to questions of doctor; what may not be asked is left out.
class Questions {
 public:
  Questions(Client& client, const Names& names) : client_(client), names_(names) {}

  ElasticFacts facts() {
    ElasticFacts facts;
    facts.server = client_.server();
    if (const auto json = get("/_cluster/health")) {
      facts.health = text_of(member(json->root(), "status"));
      facts.nodes = static_cast<int>(integer_of(member(json->root(), "number_of_nodes")));
    }
    ask_disks(facts);
    ask_settings(facts);
    ask_blocks(facts);
    return facts;
  }

  // A clock of one of its nodes.
  std::optional<Time> time() const { return time_; }

 private:
  std::optional<Json> get(const std::string& path) {
    const auto answer = client_.ask("GET", path, {}, kTrip);
    if (!answer) return std::nullopt;
    auto json = Json::parse(*answer);
    if (!json || !json->root().is_object()) return std::nullopt;
    return std::move(*json);
  }

  void ask_disks(ElasticFacts& facts) {
    const auto json = get("/_nodes/stats/fs?filter_path=nodes.*.timestamp,nodes.*.name,nodes.*.fs.total");
    const auto nodes = json ? member(json->root(), "nodes") : std::nullopt;
    if (!nodes || !nodes->is_object()) return;
    for (const auto node : simdjson::dom::object(*nodes)) {
      time_ = from_ms(integer_of(member(node.value, "timestamp")));
      facts.disks.push_back({std::string(text_of(member(node.value, "name"))),
                             integer_of(member(node.value, "fs", "total", "total_in_bytes")),
                             integer_of(member(node.value, "fs", "total", "available_in_bytes"))});
    }
  }

  void ask_settings(ElasticFacts& facts) {
    const auto json = get("/_cluster/settings?include_defaults=true&flat_settings=true");
    if (!json) return;
    for (const auto* layer : {"defaults", "persistent", "transient"}) {
      const auto from = member(json->root(), layer);
      if (!from) continue;
      const auto take = [&from](std::string_view name, std::string& to) {
        if (const auto is = text_of(member(*from, std::string(kDisk) + std::string(name))); !is.empty()) to = is;
      };
      std::string enabled;
      take("threshold_enabled", enabled);
      if (!enabled.empty()) facts.watermarks = enabled == "true";
      take("watermark.high", facts.high.level);
      take("watermark.high.max_headroom", facts.high.headroom);
      take("watermark.flood_stage", facts.flood.level);
      take("watermark.flood_stage.max_headroom", facts.flood.headroom);
      for (const auto* block : {"cluster.blocks.read_only", "cluster.blocks.read_only_allow_delete"})
        if (text_of(member(*from, block)) == "true") facts.blocks.emplace_back(block);
    }
  }

  void ask_blocks(ElasticFacts& facts) {
    const auto json =
        get("/" + percent(names_.documents) + "," + percent(names_.hours) + "," + percent(names_.actions) +
            "/_settings/index.blocks.*?flat_settings=true&ignore_unavailable=true");
    if (!json) return;
    for (const auto index : simdjson::dom::object(json->root())) {
      const auto settings = member(index.value, "settings");
      if (!settings || !settings->is_object()) continue;
      for (const auto setting : simdjson::dom::object(*settings))
        if (text_of(setting.value) == "true" && setting.key != "index.blocks.metadata")
          facts.blocks.push_back(fmt::format("{}: {}", index.key, setting.key));
    }
  }

  Client& client_;
  const Names& names_;
  std::optional<Time> time_;
};

void check_alias(Client& client, const std::string& alias, Checks& out) {
  const auto name = "search " + alias;
  const auto behind = index_behind(client, alias);
  const auto all = indexes_of(client, alias);
  if (!behind || !all) return out.failed(name, !behind ? behind.error() : all.error());
  if (!*behind)
    return out.judge(warn, all->empty(), name, all->empty() ? "not made yet: the first process makes it" : "no alias",
                     "start a role: it makes the alias again");
  if (**behind == alias)
    return out.fail(name, "an index has this name, which is not ours",
                    "choose another name with search.index, or remove that index", Check::Cause::settings);
  const auto ours = concrete_name(alias, number_of(**behind));
  if (**behind != ours)
    return out.warn(name, fmt::format("{}, of another version than {}", **behind, ours), "tweetpulse reindex");
  out.judge(warn, all->size() == 1, name,
            all->size() == 1 ? **behind : fmt::format("{}, and {} more", **behind, all->size() - 1),
            "tweetpulse reindex finishes what was begun");
}

void check_template(Client& client, const std::string& alias, Checks& out) {
  auto name = concrete_name(alias, 1);
  name.resize(name.rfind('-'));
  const auto answer = client.call("GET", "/_index_template/" + percent(name), {}, kTrip);
  if (!answer) return out.failed("search template", answer.error());
  if (answer->status == 404) return out.pass("search template", name + " is not made yet: the first process makes it");
  const auto json = Json::parse(*answer);
  std::int64_t version = 0;
  if (json)
    for_each(member(json->root(), "index_templates"), [&version](const simdjson::dom::element& one) {
      version = integer_of(member(one, "index_template", "version"));
    });
  out.judge(warn, answer->status == 200 && version == kMappingVersion, "search template",
            fmt::format("{} version {}, ours is {}", name, version, kMappingVersion),
            "let its user read index templates, or DELETE /_index_template/" + name + " and start a role");
}

// Makes, fills and removes an index of its own.
void check_writing(Client& client, const std::string& alias, Checks& out) {
  const auto path = "/" + percent(fmt::format("{}-doctor-{}", alias, to_ms(now())));
  const auto made =
      client.ask("PUT", path, R"({"settings":{"index":{"number_of_shards":1,"number_of_replicas":0}}})", kTrip);
  const auto wrote = made ? client.ask("POST", path + "/_doc?refresh=true", R"({"is":"a test"})", kTrip) : made;
  const auto removed = made ? client.ask("DELETE", path, {}, kTrip) : made;
  if (!wrote || !removed)
    return out.fail("search writes", (!wrote ? wrote : removed).error().what,
                    "lift the block, or give its user the right to make and write the indexes");
  out.pass("search writes", "an index was made, written and removed");
}

}  // namespace
}  // namespace tweetpulse::elastic

namespace tweetpulse {

std::vector<Check> check_server(const ElasticIndexConfig& config) {
  Checks out;
  const auto before = now();
  auto client = elastic::Client::open({config.urls, config.ca_file, elastic::kTrip});
  const auto took = now() - before;
  if (!client) {
    auto error = client.error();
    if (error.what.find(" answers 401 ") != std::string::npos) error.code = ErrorCode::rejected;
    out.failed("search", error);
    return out.take();
  }
  out.pass("search", fmt::format("{} answers in {} ms", (*client)->address(), took.count()));
  const auto names = elastic::names_of(config.index);
  elastic::Questions questions(**client, names);
  const auto asked = now();
  const auto facts = questions.facts();
  const auto answered = now();
  elastic::judge_elastic(facts, out);
  elastic::check_template(**client, names.documents, out);
  for (const auto& alias : {names.documents, names.hours, names.actions}) elastic::check_alias(**client, alias, out);
  elastic::check_writing(**client, names.documents, out);
  if (const auto theirs = questions.time()) out.clock("search clock", *theirs, asked, answered);
  return out.take();
}

}  // namespace tweetpulse
