#include "analyze/function_words.h"

#include <algorithm>
#include <array>
#include <vector>

#include "analyze/text.h"
#include "analyze/word_hash.h"

namespace tweetpulse {

namespace {

struct WordList {
  std::string_view language, words;
};

constexpr WordList kLists[] = {
    {"en",
     "a about above after again against all almost also always am an and any are aren't around as at away back be "
     "because "
     "been before being below between both but by can can't cannot could couldn't did didn't do does doesn't doing "
     "don't "
     "done dont down during each either else even ever every few for from further get gets getting go goes going gonna "
     "got had hadn't has hasn't have haven't having he he'd he'll he's her here here's hers herself him himself his "
     "how "
     "how's i i'd i'll i'm i've if im in into is isn't it it'd it'll it's its itself just let let's like lol made make "
     "makes many may maybe me might mine more most much must my myself need never no nor not now of off oh ok on once "
     "one only onto or other others our ours ourselves out over own please put really same say says see she she'd "
     "she'll "
     "she's should shouldn't so some something still such take than that that's the their theirs them themselves then "
     "there there's these they they'd they'll they're they've thing things this those though through to too u under "
     "until up upon ur us very via want wants was wasn't way we we'd we'll we're we've well went were weren't what "
     "what's when when's where where's which while who who's whom why will with within without won't would wouldn't "
     "yeah yes yet you you'd you'll you're you've your yours yourself yourselves rt amp gt lt"},
    {"es",
     "a al algo algunas algunos ante antes aqui aquí así aun aunque bien cada como cómo con contra cual cuál cuando "
     "cuándo "
     "de del desde donde dónde dos durante e el él ella ellas ellos en entre era eran eres es esa esas ese eso esos "
     "esta "
     "está están estas estar este esto estos estoy fue fueron ha hace hacer han has hasta hay he hoy la las le les lo "
     "los "
     "más me mi mis mucho muy nada ni no nos nosotros o os otra otras otro otros para pero poco por porque pues que "
     "qué "
     "quien quién se sea ser si sí siempre sin sobre solo sólo son soy su sus también tan tanto te tengo tiene tienen "
     "todo "
     "todos todas toda tu tú tus un una uno unos usted va vamos ver voy y ya yo"},
    {"pt",
     "a à agora ainda ao aos as às até bem cada com como da das de dela dele depois do dos e é ela elas ele eles em "
     "entre "
     "era essa esse esta está estão este eu foi for gente há hoje isso isto já lá lhe mais mas me mesmo meu meus minha "
     "minhas muito na nada não nas nem no nos nós num numa o os ou para pela pelas pelo pelos pode por pq pra pro "
     "porque "
     "qual quando que quem se sem ser será seu seus só sou sua suas também te tem tenho ter tá tô tudo um uma vai vc "
     "você "
     "vocês vou"},
    {"fr",
     "à ai alors après as au aussi autre aux avec avoir beaucoup bien c'est ça car ce ces cet cette chez comme d'un "
     "d'une "
     "dans de des deux donc du elle elles en encore est et été être eu fait font il ils j'ai je jamais jour l' la là "
     "le "
     "les leur leurs lui ma mais me même mes moi mon n'est ne nos notre nous on ont ou où par pas peu peut plus pour "
     "pourquoi qu' qu'il quand que quel quelle qui quoi sa sans se ses si son sont suis sur ta te tes toi ton tous "
     "tout "
     "toute toutes très trop tu un une va vais vas veut vos votre vous y"},
    {"de",
     "aber alle alles als also am an auch auf aus bei beim bin bis bist da damit dann das dass dein deine dem den denn "
     "der "
     "des dich die dir doch du durch ein eine einem einen einer eines er es etwas euch für gegen gibt habe haben hat "
     "hatte "
     "heute hier ich ihm ihn ihr ihre im immer in ins ist ja jetzt kann kein keine können man mal mehr mein meine mich "
     "mir "
     "mit muss nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine sich sie sind so soll über um und uns "
     "unter viel vom von vor war waren warum was weil wenn wer werden wie wieder will wir wird wo zu zum zur"},
    {"it",
     "a abbiamo ai al alla alle anche ancora avere bene c'è che chi ci come con cosa così da dal dalla degli dei del "
     "della "
     "delle di dove e è ed essere fa fare già gli ha hai hanno ho i il in io l' la le lei lo loro lui ma mai me mi mia "
     "mio "
     "molto ne nei nel nella noi non o ogni oggi per perché più poi prima proprio qualche quando quanto quello questa "
     "queste "
     "questi questo qui sei sempre senza si sì solo sono sta stato su sua sul sulla suo te ti tra tu tua tuo tutti "
     "tutto un "
     "una uno va vi voi"},
    {"ca",
     "a això al als amb aquest aquesta aquí ara bé cada com d'un de del dels des dia és el els em en ens entre era és "
     "està "
     "estic et fa fer fins ha han he hem hi ho i ja jo l' la les li lo meu meva mi molt més n'hi ni no nos o on per "
     "però "
     "perquè pel pels poc pot qual quan que què qui se sense ser seu seva si sí són sobre sóc també tan té tot tota "
     "tots "
     "tu un una uns va vaig vam vol"},
    {"nl",
     "aan al alle als bij dan dat de deze die dit door dus een en er ga geen haar had heb hebben heeft hem het hier "
     "hij hoe "
     "ik in is ja je kan maar me meer met mij mijn moet naar niet niets nog nu of om omdat onder ons ook op over te "
     "tegen "
     "toch toen tot uit van veel voor waar want waren was wat we wel wie wij wil worden wordt zal ze zeer zich zij "
     "zijn zo "
     "zonder zou"},
    {"id",
     "ada adalah aja aku akan anda apa atau bagi banyak belum bisa buat dan dari dengan di dia gak ga hanya hari harus "
     "ini "
     "itu jadi jangan juga kalau kamu karena kami ke kita lagi lebih mau mereka nya orang pada saja sama sampai saya "
     "sudah "
     "tapi telah tidak udah untuk yang"},
    {"tr",
     "ama ancak artık bana bazı ben beni benim bir biz bu böyle çok çünkü da daha de değil diye en gibi hem hep her "
     "hiç için "
     "ile ise kadar ki kim mı mi mu mü ne neden nasıl o olan olarak oldu olsun onu sana sen seni şey siz şu tüm var ve "
     "veya "
     "ya yok"},
};

constexpr std::string_view kEveryday =
    "able across actually add afternoon ago already alright amazing annoying anymore anyone anything apparently april "
    "ask "
    "asked august awesome awful awkward baby bad beautiful become bed believe best bet better big bit bored boring "
    "bought "
    "boy boys break breakfast bring brother busy buy call called calling came care catch chance change check cheers "
    "class "
    "clearly close cold college come comes coming complete congrats cool count counts couple crazy cry cute dad damn "
    "dark "
    "date dating day days dead deal december definitely deserve die different dinner dream drink drive drunk early "
    "easy eat "
    "eating else end enjoy enough especially evening ever everybody everyone everything exactly excited excuse face "
    "fact "
    "fall fan fans far fast favorite favourite february feel feeling feels felt fight finally find fine finished first "
    "fit "
    "five folks follow followers following food forever forget forgot forward found four free friday friend friends "
    "front "
    "fuck fucking full fun funny game games gets girl girls give gives giving glad god gone good goodnight great guess "
    "guy "
    "guys haha hahaha half hand hands hang happen happened happens happy hard hate head hear heard heart hell hello "
    "help hey "
    "hi high hilarious hit hold holiday home homework honestly hope hopefully hoping hot hour hours house huge hungry "
    "hurt "
    "idea important insane january job join july june keep kid kids kill kind knew know known last late lately later "
    "laugh "
    "leave leaving left less lets life listen listening literally little live living lmao lmfao lol long longer look "
    "looked "
    "looking looks lost lot lots love loved lovely lucky lunch mad man march matter meet meeting mess message met "
    "midnight "
    "mind minute minutes miss missed missing mom moment monday money month months mood morning move moving mum music "
    "name "
    "near new news next nice night nights nobody normal nothing november number october officially old omg open part "
    "party pass past pay people perfect person phone pick picture piece place plan plans play played playing plus "
    "point "
    "points post pretty probably problem question quick quite reach read reading ready real realize reason remember "
    "rest "
    "ride right room run running sad said sat saturday saw saying school season second see seeing seem seems seen send "
    "sent "
    "september serious seriously set seven shit shop show shows shut sick side sign single sister sit sitting six "
    "sleep "
    "sleeping slow small smile somebody someone sometimes somewhere song soon sorry sound sounds special spend stand "
    "start "
    "started starting starts stay step stop story straight study stuff stupid suck sucks summer sun sunday super "
    "supposed sure sweet talk talking team tell ten terrible test text thank thanks thinking think third thought three "
    "thursday time times tired today together told tomorrow tonight took top totally touch town tried true trust truth "
    "try "
    "trying tuesday turn turned twitter two type ugly understand update use used using usually video visit wait "
    "waiting wake "
    "walk walking wanna wanted war watch watched watching wear wearing weather wednesday week weekend weeks weird "
    "whatever "
    "white whole wife win winning wish woke woman women won wonder wonderful word words work working works world worst "
    "worth "
    "wow write wrong year years yesterday young";

constexpr std::size_t kLanguages = std::size(kLists);
constexpr std::size_t kEverydayBit = 31;
static_assert(kLanguages < kEverydayBit);

// Word hashes with one bit a list.
class WordSets {
 public:
  WordSets() : slots_(kSlots) {
    for (std::size_t language = 0; language < kLanguages; ++language) add(kLists[language].words, 1u << language);
    add(kEveryday, 1u << kEverydayBit);
  }

  unsigned find(std::uint64_t word) const { return slots_[place(word)].lists; }

 private:
  static constexpr std::size_t kSlots = 8192;
  struct Slot {
    std::uint64_t word = 0;
    unsigned lists = 0;
  };

  void add(std::string_view words, unsigned list) {
    while (!words.empty()) {
      const std::size_t end = std::min(words.find(' '), words.size());
      const std::uint64_t word = word_hash(words.substr(0, end));
      slots_[place(word)] = {word, slots_[place(word)].lists | list};
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }

  std::size_t place(std::uint64_t word) const {
    std::size_t at = (word ^ word >> 32) & (kSlots - 1);
    while (slots_[at].lists != 0 && slots_[at].word != word) at = (at + 1) & (kSlots - 1);
    return at;
  }

  std::vector<Slot> slots_;
};

const WordSets& word_sets() {
  static const WordSets sets;
  return sets;
}

std::size_t number_of(std::string_view language) {
  const auto found = std::find_if(std::begin(kLists), std::end(kLists),
                                  [language](const WordList& list) { return list.language == language; });
  return static_cast<std::size_t>(found - std::begin(kLists));
}

std::uint64_t lower_hash(std::string_view word, std::string& buffer) {
  buffer.clear();
  for (std::size_t at = 0; at < word.size();) append_utf8(buffer, lower_case(next_code_point(word, at)));
  return word_hash(buffer);
}

}  // namespace

unsigned function_word_language(std::string_view language) {
  const std::size_t number = number_of(language);
  return number < kLanguages ? 1u << number : 0;
}

unsigned function_word_languages(std::uint64_t word) {
  return word_sets().find(word) & ~(1u << kEverydayBit);
}

bool is_everyday_word(std::uint64_t word) {
  return (word_sets().find(word) >> kEverydayBit & 1u) != 0;
}

void vote_of_function_words(std::string_view letters, std::string& code, double& confidence) {
  constexpr int kMaxWords = 60;
  constexpr double kSure = 0.9;
  if (confidence >= kSure) return;
  std::array<int, kLanguages + 1> votes{};
  std::string buffer;
  for (int words = 0; !letters.empty() && words < kMaxWords; ++words) {
    const std::size_t end = std::min(letters.find(' '), letters.size());
    unsigned languages = function_word_languages(lower_hash(letters.substr(0, end), buffer));
    // A word of one language says more than one of many.
    const int value = languages == 0 ? 0 : 12 / std::min(12, __builtin_popcount(languages));
    for (std::size_t i = 0; languages != 0; ++i, languages >>= 1) votes[i] += (languages & 1u) != 0 ? value : 0;
    letters.remove_prefix(std::min(end + 1, letters.size()));
  }
  const auto best = std::max_element(votes.begin(), votes.end() - 1);
  const int own = votes[number_of(code)];
  constexpr int kClear = 18;
  if (*best < own + kClear) return;
  code = kLists[best - votes.begin()].language;
  confidence = 0.7;
}

}  // namespace tweetpulse
