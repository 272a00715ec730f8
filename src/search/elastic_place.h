// An index of its own on a real search server, gone with the place. Threads: the test's.
#pragma once

#include "search/adapters.h"
#include "search/elastic_client.h"
#include "search/elastic_templates.h"
#include "search/search_contract.h"
#include "support/servers.h"

namespace tweetpulse::search_contract {

class ElasticPlace final : public SearchPlace {
 public:
  explicit ElasticPlace(const std::string& url) {
    config_.urls = url;
    config_.index = fresh_name("tp-test-");
    names_ = elastic::names_of(config_.index);
    auto client = elastic::Client::open({url, "", std::chrono::seconds(60)});
    if (!client) throw std::runtime_error(client.error().what);
    client_ = std::move(*client);
  }
  ~ElasticPlace() override {
    std::string all;
    for (const auto& alias : {names_.documents, names_.hours, names_.actions})
      if (const auto found = elastic::indexes_of(*client_, alias))
        for (const auto& index : *found) all += (all.empty() ? "/" : ",") + index;
    if (!all.empty()) (void)client_->call("DELETE", all);
    (void)client_->call("DELETE", "/_index_template/" + config_.index + "*");
  }
  Result<std::unique_ptr<SearchIndex>> open() override { return tweetpulse::open(config_); }
  void settle() override {
    const auto done = client_->ask("POST", "/" + names_.documents + "," + names_.hours + "/_refresh");
    EXPECT_TRUE(done) << done.error().what;
  }
  elastic::Client& client() { return *client_; }
  const ElasticIndexConfig& config() const { return config_; }
  const elastic::Names& names() const { return names_; }

 private:
  ElasticIndexConfig config_;
  elastic::Names names_;
  std::unique_ptr<elastic::Client> client_;
};

}  // namespace tweetpulse::search_contract
