// A seeded, realistic stream of tweets without any account: event n is a pure function of the seed, n and its time.
// Threads: a Simulator is constant once made; any thread may ask it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tweet/tweet.h"

namespace tweetpulse {

struct SimulatorScenario {
  std::string_view name, description;
  double level;         // of the rate
  double daily;         // 0..1: how much the hour of the day matters
  double burst_chance;  // of ten minutes to hold a burst
  double burst_factor;  // of the rate at its height
  double positive, negative;
  std::string_view topic;  // the tag of all bursts, "" = each has its own
};

std::span<const SimulatorScenario> simulator_scenarios();
const SimulatorScenario* find_simulator_scenario(std::string_view name);  // nullptr: there is none

class Simulator {
 public:
  Simulator(std::uint64_t seed, const SimulatorScenario& scenario) : seed_(seed), scenario_(scenario) {}

  // What event n brings when it happens at `at`: the posts that it carries, then its own tweet or action. Ids are
  // simulator:<seed>:<number>; number = n for the event's own tweet. received_at = observed_at = `at`.
  std::vector<Tweet> event(std::uint64_t n, Time at) const;

  // What the rate is multiplied by at that time: the hour of the day, and bursts.
  double rate_factor(Time at) const;

 private:
  enum class What { original, reply, retweet, quote, erase };
  struct Burst {
    bool on = false;
    double height = 0;  // 0..1
    std::string_view tag;
  };

  What what_of(std::uint64_t n) const;
  std::string id_of(std::uint64_t number) const;
  Author author_of(std::uint64_t number) const;
  std::uint64_t author_number_of(std::uint64_t number) const;
  Burst burst_at(Time at) const;
  Tweet post(std::uint64_t number, Time created_at, Time at) const;
  Tweet popular_post(std::uint64_t n, Time at) const;
  Tweet own_tweet(std::uint64_t n, Time at) const;
  std::vector<Tweet> retweet(std::uint64_t n, Time at) const;
  std::vector<Tweet> quote(std::uint64_t n, Time at) const;
  std::vector<Tweet> reply(std::uint64_t n, Time at) const;
  std::vector<Tweet> erase(std::uint64_t n, Time at) const;

  std::uint64_t seed_;
  SimulatorScenario scenario_;
};

}  // namespace tweetpulse
