// Our own posts in twenty languages, with everything in them that the analysis wakes at; for tests and benches.
// Threads: constants.
#pragma once

#include <string_view>

namespace tweetpulse {

inline constexpr std::string_view kOwnTexts[] = {
    "Loved it 😍 so much! @Ada/space thanks @NASA for #Artemis 🚀👩🏽‍🚀 $BA "
    "https://www.nasa.gov/live?x=1 in New York",
    "The train to Porto is late AGAIN, but the view from the bridge is not bad at all",
    "RT @river_watch: water level at 3.2 m and rising #flood #Elbe2 https://t.co/aB3dE5fG7h",
    "can't stand this queue... never so glad to see a coffee machine :)",
    "@old_mill_cafe thank you for the cake! Kind of the best I ever had, no doubt",
    "who else is watching Northern Lights over Tromsø tonight? 🌌🌌",
    "My phone died, my bus left without me and it is raining. Great start!!!",
    "$TPLS up 4%, $ABC.D down; least interesting day of the week",
    "MEETING MOVED TO ROOM 12. BRING THE RED FOLDER.",
    "new post: how we cut our build from 40 to 6 minutes - blog.build-faster.dev/posts/6?ref=feed#end",
    "El mercado del barrio abre otra vez el sábado, ¡qué alegría! 🎉 #VidaDeBarrio",
    "Se ha roto la lavadora y el técnico no viene hasta el lunes, qué desastre",
    "O concerto de ontem foi incrível, obrigado a todos que vieram ❤️",
    "Alguém sabe por que o metrô da linha verde está parado?",
    "Encore une grève, mais les rues sont si calmes ce matin… @voisine_du_5e",
    "J'ai enfin terminé ce livre, la fin est magnifique",
    "Der Apfelkuchen von Oma bleibt ungeschlagen 🍎🥧 #Sonntag",
    "Warum fährt eigentlich nie ein Bus, wenn man es eilig hat?",
    "Il panettiere sotto casa ha ricominciato a fare la focaccia, che profumo!",
    "Non ho capito niente della partita, ma la compagnia era ottima",
    "El pa amb tomàquet de la meva àvia és el millor del món",
    "De fietstocht langs de dijk was prachtig, morgen weer https://dijk.example.nl/route",
    "Поезд опоздал на два часа, зато попутчики попались весёлые 🚆",
    "Кто-нибудь видел мою рыжую кошку? Пропала вчера вечером #помогите",
    "Сьогодні вперше за тиждень виглянуло сонце",
    "وصلنا إلى القمة قبل الغروب، منظر لا ينسى 🌄 #جبال",
    "لماذا يغلق المقهى المفضل لدي في يوم الجمعة؟",
    "آج بارش نے شہر کو دھو دیا",
    "आज की चाय कुछ ज़्यादा ही अच्छी थी ☕",
    "আজ সকালে নদীর ধারে কুয়াশা ছিল",
    "இன்று மழை நன்றாக பெய்தது",
    "วันนี้รถติดมาก แต่ก็มาทันประชุม",
    "Hôm nay trời đẹp quá, cả nhà đi biển thôi 🌊",
    "Kopi pagi ini enak sekali, terima kasih sudah mampir @warung_sudut",
    "Bugün hava çok güzel, sahilde yürüyüş yaptık ve simit yedik",
    "今日のラーメンは最高だった！ #昼ごはん ＠駅前 @ramen_ya さんありがとう🍜",
    "電車が止まっているので歩いて帰ります https://t.co/Zz9Yy8Xx7W",
    "今天终于把阳台收拾干净了，种了三盆番茄 #城市农夫",
    "오늘 버스를 놓쳤지만 덕분에 노을을 봤다 🌇 #일상",
    "Σήμερα η θάλασσα ήταν ήρεμη σαν λάδι",
    "היום סוף סוף סיימתי את הפרויקט",
    "Tåget stod still i skogen, men vi såg en älg!",
    "Pociąg znowu spóźniony, a ja bez śniadania",
    "Vlak měl zpoždění, ale stihli jsme to",
    "Juna oli myöhässä, mutta kahvi oli hyvää",
    "ok",
    "",
    "12:30 !!! ???",
    "👨‍👩‍👧‍👦 🇫🇷 1️⃣ ☎️#phone ©2024",
    "http://foo.example is no link, http://例え.テスト/あ and twitter.comこれは日本語です。example.com are",
    "tom@mail.com ＃全角タグ #123 #a1b2 @toolongnameforatwitteruser1 $TOOLONG (see http://a.org/b(c)d).",
    "¯\\_(ツ)_/¯ whatever &amp; so on &lt;3",
};

}  // namespace tweetpulse
