// One line of a self-check: what was found, and what to do about it. Threads: plain values.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tweetpulse {

struct Check {
  enum class Verdict { pass, warn, fail };
  enum class Cause { itself, away, settings };  // of a fail: a server is away; the configuration is wrong
  Verdict verdict = Verdict::pass;
  std::string name, found, remedy;  // remedy: a command or a key; "" = nothing to do
  Cause cause = Cause::itself;
};

class Checks {
 public:
  void pass(std::string name, std::string found);
  void warn(std::string name, std::string found, std::string remedy);
  void fail(std::string name, std::string found, std::string remedy, Check::Cause cause = Check::Cause::itself);
  // pass when `good`, else as said; the remedy is shown only then.
  void judge(Check::Verdict otherwise, bool good, std::string name, std::string found, std::string remedy);
  // A call failed: away when it may succeed later, else the settings are wrong.
  void failed(std::string name, const Error& error);
  // Their clock against ours, read in between of `before` and `after`.
  void clock(std::string name, Time theirs, Time before, Time after);

  std::vector<Check> take() { return std::move(list_); }
  bool has_fail() const;

 private:
  std::vector<Check> list_;
};

}  // namespace tweetpulse
