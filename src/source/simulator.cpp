#include "source/simulator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>

#include "source/simulator_text.h"

namespace tweetpulse {
namespace {

using std::chrono::hours;

// What a sequence of draws is for; draws for one purpose never move those for another.
enum Purpose : std::uint64_t { kWhat, kWho, kAuthor, kText, kTimes, kCarried, kAnswer, kBurst, kCounts };

constexpr std::uint64_t kAuthors = 20'000;
constexpr double kAuthorHeat = 2.6;                        // 1 = all authors write alike
constexpr std::uint64_t kLateCarried = 1'000'000'000'000;  // + n: posts that one event alone carries
constexpr std::uint64_t kPopular = 1'000'000'000'000'000;  // + hour * kPopularAnHour + k
constexpr std::uint64_t kPopularAnHour = 24;
constexpr Time kFirstTweet = Time(milliseconds(1'142'899'200'000));  // 2006-03-21
constexpr milliseconds kBurstLength{600'000};

constexpr SimulatorScenario kScenarios[] = {
    {"everyday", "the curve of a day, a burst now and then", 1, .5, .08, 4, .36, .24, ""},
    {"steady", "the rate as it is set, no bursts", 1, 0, 0, 1, .36, .24, ""},
    {"quiet", "a fifth of the rate, no bursts", .2, .3, 0, 1, .30, .18, ""},
    {"burst", "a burst of ten times the rate every few minutes", 1, 0, .5, 10, .36, .24, ""},
    {"match", "a game that everybody watches: bursts of joy and anger", 1, .2, .4, 6, .45, .35, "CupFinal"},
    {"launch", "a product is launched, most are delighted", 1, .3, .4, 3, .60, .10, "LaunchDay"},
    {"outage", "a service is down, most are angry", 1, .3, .4, 3, .10, .62, "ServiceDown"},
};

constexpr std::string_view kHotTags[] = {"StormWatch", "CupFinal", "Eclipse", "NewAlbum",  "ElectionNight",
                                         "Marathon",   "Heatwave", "SnowDay", "AwardShow", "TrainStrike"};

const SimulatorLanguage& language_of_author(std::uint64_t seed, std::uint64_t author) {
  Dice dice(seed, author, kAuthor);
  double draw = dice.unit();
  const auto languages = simulator_languages();
  for (const auto& language : languages) {
    if (draw < language.share) return language;
    draw -= language.share;
  }
  return languages.front();
}

std::string handle_of(std::string_view given, std::string_view family, std::uint64_t author) {
  std::string handle = fmt::format("{}_{}{}", given, family.substr(0, 3), author);
  for (char& letter : handle) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return handle;
}

// Counts of a post grow with its age, so that a later observation says more.
Metrics metrics_of(std::uint64_t seed, std::uint64_t number, std::int64_t followers, milliseconds age) {
  Dice dice(seed, number, kCounts);
  const double hours_old = std::max(0.0, static_cast<double>(age.count()) / 3'600'000.0);
  const double reach = std::sqrt(static_cast<double>(followers)) * dice.unit() * (hours_old / (hours_old + 3));
  const auto count = [&](double share) { return static_cast<std::int64_t>(reach * share * dice.unit()); };
  return {.likes = count(4), .retweets = count(1), .replies = count(.6), .quotes = count(.15)};
}

milliseconds draw_age(Dice& dice) {
  const double draw = dice.unit();
  if (draw < .90) return milliseconds(dice.between(0, 4'000));
  if (draw < .94) return milliseconds(dice.between(4'000, 60'000));
  return milliseconds(dice.between(60'000, 3'600'000));
}

// A minute to a month, each power of ten alike.
milliseconds draw_old_age(Dice& dice) {
  return milliseconds(static_cast<std::int64_t>(60'000.0 * std::pow(43'200.0, dice.unit())));
}

}  // namespace

std::span<const SimulatorScenario> simulator_scenarios() {
  return kScenarios;
}

const SimulatorScenario* find_simulator_scenario(std::string_view name) {
  const auto found = std::find_if(std::begin(kScenarios), std::end(kScenarios),
                                  [&](const SimulatorScenario& scenario) { return scenario.name == name; });
  return found == std::end(kScenarios) ? nullptr : found;
}

Simulator::What Simulator::what_of(std::uint64_t n) const {
  const double draw = Dice(seed_, n, kWhat).unit();
  if (draw < .32) return What::retweet;
  if (draw < .52) return What::reply;
  if (draw < .59) return What::quote;
  return draw < .595 && n >= 200 ? What::erase : What::original;
}

std::string Simulator::id_of(std::uint64_t number) const {
  return fmt::format("simulator:{}:{}", seed_, number);
}

std::uint64_t Simulator::author_number_of(std::uint64_t number) const {
  const double draw = std::pow(Dice(seed_, number, kWho).unit(), kAuthorHeat);
  return static_cast<std::uint64_t>(draw * static_cast<double>(kAuthors));
}

Author Simulator::author_of(std::uint64_t number) const {
  const auto author = author_number_of(number);
  Dice dice(seed_, author, kAuthor + 100);
  const auto given = dice.pick(simulator_given_names());
  const auto family = dice.pick(simulator_family_names());
  const double followers = 3'000'000.0 * std::pow(static_cast<double>(author) + 1, -.95) * (.5 + dice.unit()) + 10;
  return {.id = fmt::format("simulator:{}:author:{}", seed_, author),
          .handle = handle_of(given, family, author),
          .name = fmt::format("{} {}", given, family),
          .followers = static_cast<std::int64_t>(followers)};
}

Simulator::Burst Simulator::burst_at(Time at) const {
  const auto window = std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<600>>>(at);
  Dice dice(seed_, static_cast<std::uint64_t>(window.time_since_epoch().count()), kBurst);
  Burst burst{.on = dice.chance(scenario_.burst_chance), .height = 0, .tag = scenario_.topic};
  if (!burst.on) return burst;
  if (burst.tag.empty()) burst.tag = dice.pick(std::span<const std::string_view>(kHotTags));
  // Rises fast, falls slowly.
  const double through = static_cast<double>((at - Time(window)).count()) / static_cast<double>(kBurstLength.count());
  burst.height = through < .2 ? through / .2 : (1 - through) / .8;
  return burst;
}

double Simulator::rate_factor(Time at) const {
  const double hour = static_cast<double>((at - std::chrono::floor<std::chrono::days>(at)).count()) / 3'600'000.0;
  const double daily = 1 - scenario_.daily * std::cos((hour - 4) / 12 * std::numbers::pi);
  const Burst burst = burst_at(at);
  return scenario_.level * daily * (burst.on ? 1 + (scenario_.burst_factor - 1) * burst.height : 1);
}

Tweet Simulator::post(std::uint64_t number, Time created_at, Time at) const {
  const auto& language = language_of_author(seed_, author_number_of(number));
  const Burst burst = burst_at(created_at);
  Dice dice(seed_, number, kText);
  const auto mention = author_of(dice.next()).handle;
  auto composed = compose_post(dice, language,
                               {.positive = scenario_.positive,
                                .negative = scenario_.negative,
                                .hot_tag = burst.tag,
                                .hot_share = burst.on ? .45 : 0},
                               mention);
  Tweet made;
  made.id = id_of(number);
  made.source = "simulator";
  made.text = std::move(composed.text);
  made.declared = std::move(composed.declared);
  made.created_at = std::max(created_at, kFirstTweet);
  made.received_at = at;
  made.observed_at = at;
  made.author = author_of(number);
  made.lang_declared = composed.wordless ? "und" : std::string(language.code);
  made.metrics = metrics_of(seed_, number, *made.author.followers, at - created_at);
  made.conversation = made.id;
  if (dice.chance(.14)) made.media.emplace_back(dice.chance(.75) ? "photo" : "video");
  made.sensitive = dice.chance(.015);
  return made;
}

// One that others pass on: of the last hours, so that it comes again and again, or an older one.
Tweet Simulator::popular_post(std::uint64_t n, Time at) const {
  Dice dice(seed_, n, kCarried);
  if (!dice.chance(.22)) return post(kLateCarried + n, at - draw_old_age(dice), at);
  const auto hour = std::chrono::floor<hours>(at) - hours(1 + static_cast<int>(4 * std::pow(dice.unit(), 2)));
  const auto rank = static_cast<std::uint64_t>(static_cast<double>(kPopularAnHour) * std::pow(dice.unit(), 2));
  const auto hour_number = static_cast<std::uint64_t>(hour.time_since_epoch().count());
  const auto number = kPopular + hour_number * kPopularAnHour + rank;
  Dice times(seed_, number, kTimes);
  return post(number, hour + milliseconds(times.between(0, 3'599'999)), at);
}

Tweet Simulator::own_tweet(std::uint64_t n, Time at) const {
  Dice dice(seed_, n, kTimes);
  return post(n, at - draw_age(dice), at);
}

// The carried post first; nobody answers before it was there.
std::vector<Tweet> carried_first(Tweet carried, Tweet carrier) {
  carrier.created_at = std::max(carrier.created_at, carried.created_at);
  std::vector<Tweet> all;
  all.push_back(std::move(carried));
  all.push_back(std::move(carrier));
  return all;
}

std::vector<Tweet> Simulator::retweet(std::uint64_t n, Time at) const {
  auto carried = popular_post(n, at);
  auto made = own_tweet(n, at);
  made.text = retweet_text(carried.author.handle, carried.text);
  made.declared = {};
  made.lang_declared = carried.lang_declared;
  made.media = carried.media;
  made.sensitive = carried.sensitive;
  made.retweet_of = carried.id;
  return carried_first(std::move(carried), std::move(made));
}

std::vector<Tweet> Simulator::quote(std::uint64_t n, Time at) const {
  auto carried = popular_post(n, at);
  auto made = own_tweet(n, at);
  made.quote_of = carried.id;
  return carried_first(std::move(carried), std::move(made));
}

std::vector<Tweet> Simulator::reply(std::uint64_t n, Time at) const {
  Dice dice(seed_, n, kAnswer);
  const auto& language = language_of_author(seed_, author_number_of(n));
  const auto answer = compose_answer(dice, language, {.positive = scenario_.positive, .negative = scenario_.negative});
  auto made = own_tweet(n, at);
  made.declared = {};
  made.lang_declared = language.code;
  const auto answer_to = [&](const std::string& id, const Author& author) {
    made.text = fmt::format("@{} {}", author.handle, answer.text);
    made.reply_to = id;
    made.reply_to_author = {.id = author.id, .handle = author.handle};
    made.conversation = id;
  };
  const auto back = static_cast<std::uint64_t>(dice.between(1, 60));
  if (dice.chance(.5) || back > n || what_of(n - back) == What::erase) {
    auto carried = popular_post(n, at);
    answer_to(carried.id, carried.author);
    return carried_first(std::move(carried), std::move(made));
  }
  answer_to(id_of(n - back), author_of(n - back));
  return {std::move(made)};
}

std::vector<Tweet> Simulator::erase(std::uint64_t n, Time at) const {
  Dice dice(seed_, n, kAnswer);
  const auto number = n - static_cast<std::uint64_t>(dice.between(20, 200));
  if (what_of(number) == What::erase) return {own_tweet(n, at)};
  Tweet made;
  made.id = id_of(number);
  made.source = "simulator";
  made.action = Action::erase;
  made.event_at = at;
  made.received_at = at;
  made.observed_at = at;
  return {made};
}

std::vector<Tweet> Simulator::event(std::uint64_t n, Time at) const {
  switch (what_of(n)) {
    case What::retweet:
      return retweet(n, at);
    case What::quote:
      return quote(n, at);
    case What::reply:
      return reply(n, at);
    case What::erase:
      return erase(n, at);
    case What::original:
      break;
  }
  return {own_tweet(n, at)};
}

}  // namespace tweetpulse
