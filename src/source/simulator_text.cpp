#include "source/simulator_text.h"

#include <fmt/format.h>

namespace tweetpulse {
namespace {

constexpr int kRetweetLength = 140;  // code points

bool starts_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

int code_points(std::string_view text) {
  int count = 0;
  for (const char byte : text) count += starts_code_point(byte) ? 1 : 0;
  return count;
}

// The first `count` code points.
std::string_view first_code_points(std::string_view text, int count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (starts_code_point(text[at]) && count-- == 0) break;
  }
  return text.substr(0, at);
}

enum class Feeling { negative, neutral, positive };

Feeling draw_feeling(Dice& dice, const SimulatorMood& mood) {
  const double draw = dice.unit();
  if (draw < mood.positive) return Feeling::positive;
  return draw < mood.positive + mood.negative ? Feeling::negative : Feeling::neutral;
}

std::span<const std::string_view> sentences_of(const SimulatorLanguage& language, Feeling feeling) {
  switch (feeling) {
    case Feeling::positive:
      return language.positive;
    case Feeling::negative:
      return language.negative;
    case Feeling::neutral:
      break;
  }
  return language.neutral;
}

std::span<const std::string_view> emoji_of(Feeling feeling) {
  switch (feeling) {
    case Feeling::positive:
      return simulator_good_emoji();
    case Feeling::negative:
      return simulator_bad_emoji();
    case Feeling::neutral:
      break;
  }
  return simulator_plain_emoji();
}

std::string sentence(Dice& dice, const SimulatorLanguage& language, Feeling feeling) {
  std::string made(dice.pick(sentences_of(language, feeling)));
  const auto place = made.find('%');
  if (place != std::string::npos) made.replace(place, 1, dice.pick(language.subjects));
  if (made.front() >= 'a' && made.front() <= 'z') made.front() = static_cast<char>(made.front() - 'a' + 'A');
  return made;
}

bool ends_open(std::string_view text) {
  for (const std::string_view mark : {"!", "?", ".", "\u3002", "\uff01", "\u061f"}) {
    if (text.ends_with(mark)) return false;
  }
  return true;
}

int draw_sentences(Dice& dice) {
  const double draw = dice.unit();
  if (draw < .62) return 1;
  if (draw < .88) return 2;
  return draw < .97 ? 3 : static_cast<int>(dice.between(4, 8));
}

// Adds to a post, a space before each piece where the text needs one.
class Writer {
 public:
  void word(std::string_view piece) {
    if (!out_.text.empty() && out_.text.back() != '\n') out_.text += ' ';
    out_.text += piece;
  }
  void sentences(Dice& dice, const SimulatorLanguage& language, Feeling feeling, int count) {
    const bool lines = dice.chance(.12);
    const bool unspaced = language.code == "ja";
    if (lines) count += count == 1 ? 1 : 0;
    for (int n = 0; n < count; ++n) {
      if (n > 0) {
        if (ends_open(out_.text)) out_.text += unspaced ? "\u3002" : ".";
        out_.text += lines ? (dice.chance(.5) ? "\n\n" : "\n") : (unspaced ? "" : " ");
      }
      auto next = sentence(dice, language, feeling);
      if (out_.text.find(next) != std::string::npos) next = sentence(dice, language, feeling);
      out_.text += next;
    }
  }
  void link(Dice& dice) {
    const auto page = fmt::format("https://{}/{:x}", dice.pick(simulator_sites()), dice.below(0xfffff));
    const auto shown = dice.chance(.5) ? page : fmt::format("https://go.example.net/{:06x}", dice.below(0xffffff));
    word(shown);
    const int end = code_points(out_.text);
    DeclaredUrl url{.url = shown, .expanded_url = page, .title = {}, .start = end - code_points(shown), .end = end};
    if (dice.chance(.3)) url.title = dice.pick(simulator_titles());
    out_.declared.urls.push_back(std::move(url));
  }
  SimulatorText take() { return std::move(out_); }

 private:
  SimulatorText out_;
};

void add_tags(Writer& writer, Dice& dice, const SimulatorLanguage& language, const SimulatorMood& mood) {
  if (!mood.hot_tag.empty() && dice.chance(mood.hot_share)) writer.word(fmt::format("#{}", mood.hot_tag));
  if (dice.chance(.14)) {
    for (auto count = dice.between(1, 3); count > 0; --count) writer.word(fmt::format("#{}", dice.pick(language.tags)));
  }
  if (dice.chance(.008)) writer.word(dice.chance(.5) ? "$TPLS" : "$ACME");
}

SimulatorText emoji_alone(Dice& dice, Feeling feeling) {
  SimulatorText made{.text = {}, .declared = {}, .wordless = true};
  for (auto count = dice.between(1, 4); count > 0; --count) made.text += dice.pick(emoji_of(feeling));
  return made;
}

}  // namespace

SimulatorText compose_post(Dice& dice, const SimulatorLanguage& language, const SimulatorMood& mood,
                           std::string_view mention) {
  const Feeling feeling = draw_feeling(dice, mood);
  if (dice.chance(.02)) return emoji_alone(dice, feeling);
  Writer writer;
  writer.sentences(dice, language, feeling, draw_sentences(dice));
  if (dice.chance(.17)) writer.word(fmt::format("@{}", mention));
  add_tags(writer, dice, language, mood);
  if (dice.chance(.14)) writer.word(dice.pick(emoji_of(feeling)));
  if (dice.chance(.36)) writer.link(dice);
  return writer.take();
}

SimulatorText compose_answer(Dice& dice, const SimulatorLanguage& language, const SimulatorMood& mood) {
  const Feeling feeling = draw_feeling(dice, mood);
  Writer writer;
  writer.sentences(dice, language, feeling, 1);
  if (dice.chance(.14)) writer.word(dice.pick(emoji_of(feeling)));
  return writer.take();
}

std::string retweet_text(std::string_view handle, std::string_view text) {
  auto made = fmt::format("RT @{}: {}", handle, text);
  if (code_points(made) <= kRetweetLength) return made;
  std::string cut(first_code_points(made, kRetweetLength - 1));
  cut += "\u2026";
  return cut;
}

}  // namespace tweetpulse
