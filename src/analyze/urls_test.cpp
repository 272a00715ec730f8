// Truth: the rules of twitter-text 3.1; npm twitter-text gives the same answers for these texts.
#include "analyze/urls.h"

#include <gtest/gtest.h>

#include "analyze/links.h"
#include "analyze/valid_url.h"

namespace tweetpulse {
namespace {

std::vector<std::string> urls_in(const std::string& bytes) {
  Text text;
  text.read(bytes);
  std::vector<Span> spans;
  find_urls(text, spans);
  std::vector<std::string> found;
  for (const Span& span : spans) found.emplace_back(text.slice(span));
  return found;
}

struct Case {
  std::string text;
  std::vector<std::string> found;
};

class Urls : public testing::TestWithParam<Case> {};
TEST_P(Urls, AreFoundByTheRules) {
  EXPECT_EQ(urls_in(GetParam().text), GetParam().found);
}
INSTANTIATE_TEST_SUITE_P(
    Table, Urls,
    testing::Values(
        Case{"see https://a.example.org/x?y=1#z.", {"https://a.example.org/x?y=1#z"}},
        Case{"bare news.site and not e.g. this or foo.example", {"news.site"}},
        Case{"(http://a.com/b(c)d) end", {"http://a.com/b(c)d"}}, Case{"http://a.com/b(c", {"http://a.com/b"}},
        Case{"http://a.com/b@(c)", {"http://a.com/b"}}, Case{"HTTP://A.COM:8080/X", {"HTTP://A.COM:8080/X"}},
        Case{"https://t.co/abc123/more?x=1", {"https://t.co/abc123"}},
        Case{"https://t.co/abc?x=1&y", {"https://t.co/abc?x=1&y"}}, Case{"日本語twitter.com日本語", {"twitter.com"}},
        Case{"http://例え.みんな", {"http://例え.みんな"}}, Case{"例え.みんな", {}},
        Case{"mail@site.com .site.com -site.com /site.com", {}},
        Case{"http://a_b.site.com http://a_b.com", {"http://a_b.site.com"}},
        Case{"http://xn--bcher-kva.example.xn--p1ai/", {"http://xn--bcher-kva.example.xn--p1ai/"}},
        Case{"site.com/path. site.com?q=1", {"site.com/path", "site.com"}}, Case{"🚀site.com🚀", {"site.com"}}));

TEST(Urls, RefuseALabelThatIsTooLong) {
  EXPECT_TRUE(urls_in("http://" + std::string(64, 'a') + ".com").empty());
  EXPECT_EQ(urls_in("http://" + std::string(63, 'a') + ".com").size(), 1u);
}

TEST(Urls, RefuseWhatIsLongerThanAnyUrl) {
  EXPECT_TRUE(urls_in("http://a.com/" + std::string(5000, 'b')).empty());
}

TEST(Urls, ComeInTextOrderFromManyDots) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "a.";
  EXPECT_TRUE(urls_in(text).empty());
  EXPECT_EQ(urls_in(text + " b.com c.org"), (std::vector<std::string>{"b.com", "c.org"}));
}

TEST(Domain, IsTheHostInLowerCaseAsciiWithoutWww) {
  EXPECT_EQ(domain_of("https://WWW.Nasa.gov/live?x=1"), "nasa.gov");
  EXPECT_EQ(domain_of("news.site/a"), "news.site");
  EXPECT_EQ(domain_of("http://bücher.example:80/"), "xn--bcher-kva.example");
  EXPECT_EQ(domain_of("https://user:pass@host.org?x"), "host.org");
  EXPECT_EQ(domain_of(""), "");
}

TEST(ValidUrl, FollowsTheRulesOfValidation) {
  const auto valid = [](std::string_view url, bool protocol_needed) {
    Text text;
    text.read(url);
    return is_valid_url(text, protocol_needed);
  };
  EXPECT_TRUE(valid("https://a.b.org:80/x;y?z=%20#f", true));
  EXPECT_TRUE(valid("http://[2001:db8::1]/", true));
  EXPECT_TRUE(valid("http://☃.net/", true));
  EXPECT_TRUE(valid("a.org", false));
  EXPECT_FALSE(valid("a.org", true));
  EXPECT_FALSE(valid("ftp://a.org", true));
  EXPECT_FALSE(valid("http://-a.org", true));
  EXPECT_FALSE(valid("http://a.org/%zz", true));
  EXPECT_FALSE(valid("http://a.org/a b", true));
  EXPECT_FALSE(valid("", false));
}

}  // namespace
}  // namespace tweetpulse
