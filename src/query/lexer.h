// Cuts a query into tokens; every place is in code points. What a token means is decided in condition.h.
// Threads: one lexer a thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tweetpulse {

enum class TokenKind { end, open, close, either, both, negation, minus, word, phrase, tag, filter, link };

struct QueryToken {
  TokenKind kind = TokenKind::end;
  int offset = 0, length = 0;
  std::string name;                        // of a filter, without its colon; sigil of a tag
  std::string value;                       // word, content of the phrase, value of the filter, tag without sigil
  int value_offset = 0, value_length = 0;  // length 0: a filter without value
  bool closed = true;                      // false: `value` is a quote that never ends
  bool quoted = false;                     // a tag written #"like this"
  int proximity_offset = -1;               // of the ~ behind a phrase
  std::string proximity;                   // what follows the ~
  std::string next_word;                   // behind a minus or a filter that touches nothing

  int end() const { return offset + length; }
  bool is_operand() const { return kind >= TokenKind::word; }
};

bool is_space(char32_t code);
bool is_quote(char32_t code);
// Neither white space, parenthesis nor quote.
bool is_run_char(char32_t code);

class Lexer {
 public:
  explicit Lexer(std::string_view text);
  QueryToken next();
  int size() const { return static_cast<int>(chars_.size()); }

 private:
  char32_t at(int place) const { return place < size() ? chars_[static_cast<std::size_t>(place)] : 0; }
  std::string slice(int from, int to) const;
  int end_of_run(int from) const;
  int end_of_name(int from) const;
  bool is_link(int from) const;
  bool is_tag(int from) const;
  std::string word_behind_space(int from) const;
  void read_phrase(QueryToken& token, int from);
  void read_operand(QueryToken& token);
  void read_filter(QueryToken& token, int colon);

  std::vector<char32_t> chars_;
  int place_ = 0;
};

}  // namespace tweetpulse
