// Our answers against the references in the data folder that TWEETPULSE_SHARED names; without it there is no test here.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "analyze/conformance.h"
#include "analyze/rule_sentiment.h"

namespace tweetpulse {
namespace {

class Reference : public testing::Test {
 public:
  explicit Reference(std::function<void()> body) : body_(std::move(body)) {}
  void TestBody() override { body_(); }

 private:
  std::function<void()> body_;
};

double number(simdjson::dom::element row, std::string_view key) {
  return row[key].get_double().value();
}

void expect_equal_to_vader(const std::filesystem::path& file) {
  simdjson::dom::parser parser;
  std::ifstream in(file);
  RuleScore score;
  for (std::string line; std::getline(in, line);) {
    const auto row = parser.parse(line).value();
    Text text;
    text.read(row["text"].get_string().value());
    score_by_rules(text, score);
    EXPECT_NEAR(score.compound, number(row, "compound"), 5.1e-5) << line;
    EXPECT_NEAR(score.positive, number(row, "pos"), 5.1e-4) << line;
    EXPECT_NEAR(score.negative, number(row, "neg"), 5.1e-4) << line;
    EXPECT_NEAR(score.neutral, number(row, "neu"), 5.1e-4) << line;
  }
}

bool is_empty(simdjson::dom::element value) {
  const std::string text = simdjson::minify(value);
  return text == "null" || text == "[]" || text == "\"\"";
}

void expect_conformance(const std::filesystem::path& file) {
  simdjson::dom::parser cases, answers;
  const simdjson::dom::array rows = cases.load(file.string()).get_array();
  for (const auto row : rows) {
    const std::string_view section = row["section"].get_string().value();
    std::string json;
    if (section.starts_with("autolink") || section.starts_with("hit")) continue;
    ASSERT_TRUE(answer_conformance(json, section, row["text"].get_string().value())) << section;
    const auto answer = answers.parse(json).value();
    const auto expected = row["expected"].value();
    simdjson::dom::object fields;
    if (!expected.get_object().get(fields)) {
      for (const auto field : fields)
        EXPECT_EQ(simdjson::minify(answer[field.key].value()), simdjson::minify(field.value)) << row;
    } else if (!is_empty(expected) || !is_empty(answer)) {
      EXPECT_EQ(simdjson::minify(answer), simdjson::minify(expected)) << row;
    }
  }
}

void add(const char* suite, const std::string& name, std::function<void()> body) {
  testing::RegisterTest(suite, name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        [body = std::move(body)]() -> testing::Test* { return new Reference(body); });
}

const bool kRegistered = [] {
  const char* shared = std::getenv("TWEETPULSE_SHARED");
  if (shared == nullptr) return false;
  const std::filesystem::path data = std::filesystem::path(shared) / "data";
  for (const char* name : {"tweets", "movie", "amazon", "nyt", "tweeteval_val_ref"}) {
    add("EqualToVader", name,
        [file = data / "vader" / (std::string(name) + ".ndjson")] { expect_equal_to_vader(file); });
  }
  add("Conformance", "passes", [file = data / "twitter_text" / "dev.json"] { expect_conformance(file); });
  return true;
}();

}  // namespace
}  // namespace tweetpulse
