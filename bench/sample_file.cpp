// sample_file COUNT: writes that many simulator tweets, the same ones each time, as neutral lines to standard output.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "source/simulator.h"
#include "tweet/tweet_json.h"

int main(int count, char** arguments) {
  using namespace tweetpulse;
  const long wanted = count == 2 ? std::strtol(arguments[1], nullptr, 10) : 0;
  if (wanted <= 0) {
    std::fputs("usage: sample_file COUNT\n", stderr);
    return 2;
  }
  const Simulator simulator(1, *find_simulator_scenario("everyday"));
  const Time start = from_ms(1'750'000'000'000);
  long written = 0;
  for (std::uint64_t n = 0; written < wanted; ++n) {
    for (auto& tweet : simulator.event(n, start + milliseconds(50 * n))) {
      if (tweet.action != Action::none || written == wanted) continue;
      std::string line;
      append_public(line, {std::move(tweet), {}});
      line += '\n';
      std::fwrite(line.data(), 1, line.size(), stdout);
      ++written;
    }
  }
}
