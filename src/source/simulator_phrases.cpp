#include "source/simulator_phrases.h"

namespace tweetpulse {
namespace {

using Words = std::string_view;

constexpr Words kEnglishSubjects[] = {"the new tram line",     "this coffee",           "my sister's garden",
                                      "the second season",     "our old bike shop",     "the morning train",
                                      "the museum downtown",   "this phone update",     "the match last night",
                                      "the community kitchen", "the book club",         "Lake Merrow",
                                      "the Northgate Library", "Professor Hale's talk", "the bakery on Elm Street"};
constexpr Words kEnglishPositive[] = {"I love how % turned out, what a great day",
                                      "Honestly % made my whole week, so happy",
                                      "% is amazing and I can't stop smiling",
                                      "Big thanks to everyone behind %, brilliant work",
                                      "Best surprise of the month: %. Highly recommended!",
                                      "So proud of what we did with % today",
                                      "% was even better than I hoped, beautiful",
                                      "Finally tried %. Wonderful, will be back soon",
                                      "What a win! % deserves every bit of praise"};
constexpr Words kEnglishNeutral[] = {"Does anybody know when % opens tomorrow?",
                                     "Reading about % on the way to work",
                                     "% starts at nine, doors open half an hour earlier",
                                     "Notes from today: %, part two of five",
                                     "Here is the schedule for %",
                                     "Looking for people to come along to % on Thursday",
                                     "% moved to the building next to the station",
                                     "A short thread about % and how it works",
                                     "We counted 240 visitors at % this afternoon"};
constexpr Words kEnglishNegative[] = {
    "% is a mess again, so disappointed",          "I waited two hours for %. Terrible service",
    "Can't believe how bad % has become",          "% ruined my evening, never again",
    "Sad news about %, I really expected better",  "Why is % always broken when I need it? Annoying",
    "Worst decision this year: cancelling %",      "I hate that % costs twice as much now",
    "Everyone is angry about % and nobody answers"};
constexpr Words kEnglishTags[] = {"weather", "football", "MondayMotivation", "OpenData", "music", "cooking",
                                  "climate", "books",    "gardening",        "running"};

constexpr Words kJapaneseSubjects[] = {"新しいカフェ", "朝の電車", "昨日の試合", "今週のドラマ",
                                       "駅前の本屋",   "うちの猫", "週末の旅行", "このアプリ"};
constexpr Words kJapanesePositive[] = {"%が最高だった、本当に嬉しい", "%のおかげで今日は幸せな気分です",
                                       "やっぱり%は素晴らしい！みんなにおすすめ", "%、想像以上に楽しかった",
                                       "%に感動した。ありがとう"};
constexpr Words kJapaneseNeutral[] = {"%についてのメモを書きました", "明日の%は九時からです",
                                      "%の場所を知っている人いますか", "今から%に行ってきます",
                                      "%の写真を整理しています"};
constexpr Words kJapaneseNegative[] = {"%が本当にひどい、がっかりした", "また%が止まっている。疲れた",
                                       "%のせいで一日が台無しになった", "%は期待外れで残念です", "%が遅すぎてつらい"};
constexpr Words kJapaneseTags[] = {"天気", "サッカー", "音楽", "読書", "料理", "写真"};

constexpr Words kSpanishSubjects[] = {"el nuevo mercado",    "la biblioteca del barrio", "el partido de anoche",
                                      "esta canción",        "el tren de las ocho",      "mi abuela",
                                      "la última temporada", "el café de la esquina"};
constexpr Words kSpanishPositive[] = {"Me encanta %, qué día tan bonito", "Qué alegría ver % otra vez, muchas gracias",
                                      "% ha sido lo mejor de la semana",
                                      "Estoy muy feliz con %, totalmente recomendable", "¡Increíble! % salió perfecto"};
constexpr Words kSpanishNeutral[] = {"¿Alguien sabe a qué hora abre % mañana?", "Hoy hablamos sobre % en la reunión",
                                     "% empieza a las nueve de la mañana", "Dejo aquí unas notas sobre %",
                                     "Voy de camino con % en la cabeza"};
constexpr Words kSpanishNegative[] = {"Qué vergüenza lo de %, estoy harto", "% es un desastre, no vuelvo nunca más",
                                      "Muy triste por lo que pasó con %", "Odio que % siempre llegue tarde",
                                      "Pésimo servicio, % fue una decepción"};
constexpr Words kSpanishTags[] = {"fútbol", "música", "lectura", "cocina", "clima", "ciencia"};

constexpr Words kPortugueseSubjects[] = {"o ônibus da manhã", "a feira de sábado",  "o jogo de ontem", "esse café",
                                         "a nova série",      "o parque da cidade", "minha irmã",      "a biblioteca"};
constexpr Words kPortuguesePositive[] = {"Amei %, que dia maravilhoso", "% foi incrível, estou muito feliz",
                                         "Obrigada a todos por %, ficou lindo", "Melhor coisa da semana: %. Recomendo!",
                                         "Que orgulho de %, parabéns"};
constexpr Words kPortugueseNeutral[] = {"Alguém sabe que horas começa %?", "Hoje tem % às nove da manhã",
                                        "Anotações sobre %, parte dois", "Estou indo para % agora",
                                        "Falaram sobre % na reunião de hoje"};
constexpr Words kPortugueseNegative[] = {"% está horrível de novo, que decepção", "Não aguento mais %, péssimo serviço",
                                         "Muito triste com %, esperava mais", "Odeio quando % atrasa desse jeito",
                                         "Que raiva de %, nunca mais"};
constexpr Words kPortugueseTags[] = {"futebol", "música", "leitura", "culinária", "tempo", "ciência"};

constexpr Words kArabicSubjects[] = {"المقهى الجديد", "مباراة الأمس",  "قطار الصباح",   "هذا الكتاب",
                                     "حديقة الحي",    "الموسم الجديد", "مكتبة المدينة", "هذا التطبيق"};
constexpr Words kArabicPositive[] = {"أحب % كثيرا، يوم رائع وجميل", "% كان رائعا جدا وأنا سعيد اليوم",
                                     "شكرا لكل من ساهم في %، عمل ممتاز", "أفضل شيء هذا الأسبوع هو %"};
constexpr Words kArabicNeutral[] = {"هل يعرف أحد متى يفتح % غدا؟", "نتحدث اليوم عن % في الاجتماع",
                                    "% يبدأ في التاسعة صباحا", "كتبت بعض الملاحظات عن %"};
constexpr Words kArabicNegative[] = {"% سيئ جدا، أشعر بخيبة أمل", "أكره التأخير، % مشكلة كل يوم",
                                     "للأسف % أسوأ مما توقعت", "حزين جدا بسبب ما حدث مع %"};
constexpr Words kArabicTags[] = {"رياضة", "موسيقى", "قراءة", "طقس", "علوم"};

constexpr Words kFrenchSubjects[] = {
    "le marché du dimanche",   "le match d'hier",    "la bibliothèque", "ce petit café",
    "le train de huit heures", "la nouvelle saison", "mon grand-père",  "le musée"};
constexpr Words kFrenchPositive[] = {"J'adore %, quelle belle journée", "% était magnifique, je suis très heureuse",
                                     "Merci à toute l'équipe pour %, un travail superbe",
                                     "Le meilleur moment de la semaine : %",
                                     "Quelle réussite, % mérite tous les bravos"};
constexpr Words kFrenchNeutral[] = {"Quelqu'un sait à quelle heure ouvre % demain ?", "Quelques notes sur % ce matin",
                                    "% commence à neuf heures", "On parle de % à la réunion d'aujourd'hui",
                                    "En route, je pense à %"};
constexpr Words kFrenchNegative[] = {"% est une catastrophe, vraiment déçu", "J'en ai marre de %, service horrible",
                                     "Très triste pour %, j'attendais mieux", "Je déteste attendre %, encore en panne",
                                     "Quelle honte, % coûte deux fois plus cher"};
constexpr Words kFrenchTags[] = {"musique", "lecture", "cuisine", "météo", "sciences"};

constexpr Words kGermanSubjects[] = {
    "der neue Radweg",   "die Bäckerei am Markt", "das Spiel gestern",  "der Zug um acht",
    "die Stadtbücherei", "mein Nachbar",          "die zweite Staffel", "das Museum"};
constexpr Words kGermanPositive[] = {
    "Ich liebe diesen Tag, % war einfach wunderbar", "% hat mich heute richtig glücklich gemacht",
    "Großes Lob an alle für %, tolle Arbeit", "Das Beste der Woche: %. Sehr zu empfehlen!"};
constexpr Words kGermanNeutral[] = {"Weiß jemand, wann % morgen öffnet?", "Notizen von heute: %, Teil zwei",
                                    "% beginnt um neun Uhr", "Wir sprechen heute in der Sitzung über %"};
constexpr Words kGermanNegative[] = {"% ist schon wieder eine Katastrophe, so enttäuscht",
                                     "Furchtbarer Service, % und nie wieder",
                                     "Traurig, dass % so schlecht geworden ist", "Warum ist % immer kaputt? Das nervt"};
constexpr Words kGermanTags[] = {"Fußball", "Musik", "Wetter", "Lesen", "Garten"};

constexpr Words kHindiSubjects[] = {"नई किताब", "कल का मैच", "सुबह की ट्रेन", "यह गाना", "हमारा बाज़ार", "शहर का पुस्तकालय"};
constexpr Words kHindiPositive[] = {"% बहुत अच्छा लगा, आज मैं खुश हूँ", "% शानदार है, सबको धन्यवाद", "इस हफ़्ते की सबसे अच्छी बात: %",
                                    "वाह, % कमाल का है"};
constexpr Words kHindiNeutral[] = {"क्या किसी को पता है % कल कब शुरू होगा?", "आज हम % के बारे में बात करेंगे", "% सुबह नौ बजे से है",
                                   "% पर कुछ नोट लिखे हैं"};
constexpr Words kHindiNegative[] = {"% बहुत खराब है, निराश हूँ", "फिर से % में देरी, बहुत बुरा लगा",
                                    "% की वजह से पूरा दिन बेकार गया", "दुख की बात है कि % अब पहले जैसा नहीं"};
constexpr Words kHindiTags[] = {"क्रिकेट", "संगीत", "मौसम", "किताबें"};

constexpr Words kItalianSubjects[] = {"il mercato di piazza", "la partita di ieri", "il treno delle otto",
                                      "questo caffè",         "la biblioteca",      "mia nonna"};
constexpr Words kItalianPositive[] = {"Adoro %, che bella giornata", "% è stato fantastico, sono felicissima",
                                      "Grazie a tutti per %, lavoro splendido", "La cosa migliore della settimana: %"};
constexpr Words kItalianNeutral[] = {"Qualcuno sa quando apre % domani?", "Alcuni appunti su %", "% comincia alle nove",
                                     "Oggi si parla di % in riunione"};
constexpr Words kItalianNegative[] = {"% è un disastro, che delusione", "Non ne posso più di %, servizio pessimo",
                                      "Che tristezza, % non è più quello di prima",
                                      "Odio aspettare %, sempre in ritardo"};
constexpr Words kItalianTags[] = {"calcio", "musica", "cucina", "meteo"};

constexpr Words kKoreanSubjects[] = {"새로 생긴 카페", "어제 경기",   "아침 지하철",
                                     "이번 드라마",    "동네 도서관", "우리 고양이"};
constexpr Words kKoreanPositive[] = {"% 정말 최고예요, 너무 행복해요", "% 덕분에 오늘 기분이 좋아요",
                                     "% 생각보다 훨씬 재미있었어요", "모두에게 %를 추천합니다, 감사해요"};
constexpr Words kKoreanNeutral[] = {"내일 %는 몇 시에 시작하나요?", "오늘은 %에 대해 이야기합니다",
                                    "%에 대한 메모를 남겨요", "지금 % 보러 가는 중입니다"};
constexpr Words kKoreanNegative[] = {"% 정말 실망이에요", "또 % 때문에 늦었어요, 짜증나요", "%가 너무 별로라서 슬퍼요",
                                     "% 서비스가 최악이에요"};
constexpr Words kKoreanTags[] = {"날씨", "음악", "축구", "독서"};

constexpr Words kTurkishSubjects[] = {"yeni kütüphane", "dünkü maç",      "sabah treni",
                                      "bu şarkı",       "mahalle pazarı", "son sezon"};
constexpr Words kTurkishPositive[] = {"% harika olmuş, çok mutluyum", "% sayesinde güzel bir gün geçirdim",
                                      "Herkese teşekkürler, % mükemmeldi"};
constexpr Words kTurkishNeutral[] = {"% yarın saat kaçta açılıyor, bilen var mı?",
                                     "Bugün toplantıda % hakkında konuştuk", "% saat dokuzda başlıyor"};
constexpr Words kTurkishNegative[] = {"% yine berbat, hayal kırıklığı", "% yüzünden bütün gün mahvoldu",
                                      "Çok üzgünüm, % artık eskisi gibi değil"};
constexpr Words kTurkishTags[] = {"müzik", "futbol", "kitap"};

constexpr Words kRussianSubjects[] = {"новый парк", "вчерашний матч",  "утренний поезд",
                                      "эта книга",  "наша библиотека", "второй сезон"};
constexpr Words kRussianPositive[] = {"Обожаю такие дни, % просто чудо", "% порадовал, настроение отличное",
                                      "Спасибо всем за поддержку, % удался на славу"};
constexpr Words kRussianNeutral[] = {"Кто знает, во сколько завтра откроется %?", "Сегодня обсуждаем тему: %",
                                     "Заметки дня: %, часть вторая"};
constexpr Words kRussianNegative[] = {"% снова ужасен, очень жаль", "Опять проблемы, % всех разочаровал",
                                      "Худший вечер года, а всё %"};
constexpr Words kRussianTags[] = {"музыка", "футбол", "погода"};

constexpr Words kGivenNames[] = {"Ada",   "Bruno", "Carmen", "Dario", "Elif",  "Farid",  "Greta", "Hiro",
                                 "Ines",  "Jonas", "Kavya",  "Leila", "Marta", "Nadia",  "Omar",  "Priya",
                                 "Quinn", "Rosa",  "Samir",  "Tomas", "Uma",   "Viktor", "Wendy", "Ximena",
                                 "Yuki",  "Zoran", "Amara",  "Boris", "Chloe", "Diego",  "Emeka", "Fatima"};
constexpr Words kFamilyNames[] = {"Albrecht", "Barros",    "Castell", "Dorsey", "Eklund",    "Ferrante", "Grover",
                                  "Haddad",   "Ivers",     "Jansen",  "Kimura", "Lindqvist", "Moreau",   "Nakata",
                                  "Okafor",   "Petrov",    "Quiroga", "Rossi",  "Sandoval",  "Tanaka",   "Ueda",
                                  "Varga",    "Whitfield", "Xu",      "Yilmaz", "Zeller"};
constexpr Words kGoodEmoji[] = {"😀",
                                "😍",
                                "🎉",
                                "❤️",
                                "👏",
                                "🥰",
                                "✨",
                                "🙌",
                                "👍🏽",
                                "🥳",
                                "🌈",
                                "💚",
                                "👩🏾‍🚀",
                                "🏳️‍🌈",
                                "👨‍👩‍👧‍👦",
                                "💪🏿"};
constexpr Words kPlainEmoji[] = {"☕", "📚",  "🚲",  "🌧️", "📷", "🎧",    "🍜",           "🗓️",
                                 "⚽", "🇧🇷", "🇯🇵", "🐈",       "👀", "🤔", "🧑‍💻", "1️⃣"};
constexpr Words kBadEmoji[] = {"😡", "😢", "💔", "😞", "🤦‍♀️", "👎", "😭", "🙄", "😤", "🤮"};
constexpr Words kSites[] = {"news.example.com",   "video.example.net", "blog.example.org",   "photos.example.com",
                            "shop.example.net",   "music.example.org", "weekly.example.com", "maps.example.org",
                            "events.example.net", "radio.example.com"};
constexpr Words kTitles[] = {"What changed this week",
                             "Ten pictures from the weekend",
                             "How the new timetable works",
                             "A long read on city gardens",
                             "The full interview",
                             "Recipe: lentil soup for eight",
                             "Match report",
                             "Opening hours and tickets",
                             "Live blog",
                             "Minutes of the open meeting"};

constexpr SimulatorLanguage kLanguages[] = {
    {"en", 0.37, kEnglishSubjects, kEnglishPositive, kEnglishNeutral, kEnglishNegative, kEnglishTags},
    {"ja", 0.15, kJapaneseSubjects, kJapanesePositive, kJapaneseNeutral, kJapaneseNegative, kJapaneseTags},
    {"es", 0.12, kSpanishSubjects, kSpanishPositive, kSpanishNeutral, kSpanishNegative, kSpanishTags},
    {"pt", 0.08, kPortugueseSubjects, kPortuguesePositive, kPortugueseNeutral, kPortugueseNegative, kPortugueseTags},
    {"ar", 0.06, kArabicSubjects, kArabicPositive, kArabicNeutral, kArabicNegative, kArabicTags},
    {"fr", 0.05, kFrenchSubjects, kFrenchPositive, kFrenchNeutral, kFrenchNegative, kFrenchTags},
    {"de", 0.03, kGermanSubjects, kGermanPositive, kGermanNeutral, kGermanNegative, kGermanTags},
    {"hi", 0.04, kHindiSubjects, kHindiPositive, kHindiNeutral, kHindiNegative, kHindiTags},
    {"it", 0.02, kItalianSubjects, kItalianPositive, kItalianNeutral, kItalianNegative, kItalianTags},
    {"ko", 0.04, kKoreanSubjects, kKoreanPositive, kKoreanNeutral, kKoreanNegative, kKoreanTags},
    {"tr", 0.02, kTurkishSubjects, kTurkishPositive, kTurkishNeutral, kTurkishNegative, kTurkishTags},
    {"ru", 0.02, kRussianSubjects, kRussianPositive, kRussianNeutral, kRussianNegative, kRussianTags},
};

}  // namespace

std::span<const SimulatorLanguage> simulator_languages() {
  return kLanguages;
}

std::span<const std::string_view> simulator_given_names() {
  return kGivenNames;
}

std::span<const std::string_view> simulator_family_names() {
  return kFamilyNames;
}

std::span<const std::string_view> simulator_good_emoji() {
  return kGoodEmoji;
}

std::span<const std::string_view> simulator_plain_emoji() {
  return kPlainEmoji;
}

std::span<const std::string_view> simulator_bad_emoji() {
  return kBadEmoji;
}

std::span<const std::string_view> simulator_sites() {
  return kSites;
}

std::span<const std::string_view> simulator_titles() {
  return kTitles;
}

}  // namespace tweetpulse
