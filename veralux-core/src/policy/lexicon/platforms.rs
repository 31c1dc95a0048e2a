//! Networks, messengers and payment services.

use super::Senses as S;
use super::Words as W;

const PLAIN: S = S::PLATFORM.or(S::PLAIN);

pub(super) static ROWS: &[W] = &[
    W(
        S::PLATFORM,
        "instagram insta instgram instagrm istagram instragram ig instaa facebook facebok fb messenger snapchat snapchap \
         snapp tiktok tiktoc twitter telegram telegrm telegran tg whatsapp whatsap watsapp watsap whattsapp wapp wsp \
         wechat weixin viber linkedin discord skype youtube yt reddit pinterest threads kik tumblr onlyfans \
         bluesky mastodon clubhouse imo kakao kakaotalk zalo nextdoor vk vkontakte weibo xing xbox psn roblox \
         wx grindr vsco fbook insragram icq qq dribbble behance soundcloud vinted depop strava threema wickr \
         bereal bsky rednote xiaohongshu mewe patreon substack poshmark komoot letterboxd bandcamp mixcloud yubo linktree douyin \
         whatsaap wtsapp whtsapp wattsapp whatsapps snapcht snpchat instagrma instgrm telgram facebbok fcbook tiktock",
    ),
    // As other languages bend and spell them.
    W(
        S::PLATFORM,
        "instada instadan instagramda instagramdan instam facebookta facebooktan tiktokta twitterda whatsappta whatsapptan \
         telegramda telegramdan snapchatte snapte insti instie instagramie instagrama fejs fejsa fejsie fejsbuk fejsbuku tiktoku \
         tiktokie telegramie instassa instaan instaansa facebookissa tiktokissa instagramon facebookon tiktokon instan insten \
         instu instagramu facebooku vajber viberu telegramu snappen facen feisbuk feisbuc feis zapzap telega odnoklassniki fejjan fejan feizbuk \
         telegramm vatsap votsap vayber instagran instagramm instaa tiktak tiktokk fesbuk pesbuk snapim instapage instaid \
         insragrm facebookseite instaseite instaprofil instanaam instakonto telegramkanal",
    ),
    W(
        S::PLATFORM.or(S::CALL),
        "wasap guasap wassap guatsap uatsap watsup wattsup whatsappa whatsappu wotsapp wotsap wsapp",
    ),
    // In other scripts.
    W(
        S::PLATFORM,
        "инста инсту инсте инсты инстой инстаграм инстаграме инстаграмм инстаграму інста інсті інсту інстаграм інстаграмі телега телегу телеге телеги \
         телеграм телеграме телеграмм телеграмі тг вк вконтакте вайбер вайбере вайбері вотсап вотсапе ватсап ватсапе вацап вацапе \
         воцап вотсапп уотсап фейсбук фейсбуке фейсбуці тикток тиктоке тіктоці снапчат ютуб ютубе дискорд дискорде скайп скайпе вибер \
         इंस्टा इंस्टाग्राम इन्स्टा इन्स्टाग्राम व्हाट्सएप व्हाट्सऐप व्हाट्सअप वॉट्सऐप वाट्सएप टेलीग्राम फेसबुक स्नैपचैट यूट्यूब पेटीएम फोनपे \
         ινστα ινσταγκραμ φεισμπουκ βαιμπερ τελεγκραμ τικτοκ \
         انستا انستغرام انستجرام انستقرام الانستا الانستغرام واتس واتساب الواتس الواتساب تليجرام تلغرام تيليجرام تلجرام سناب السناب فيسبوك الفيس فيس \
         אינסטגרם אינסטה אינסטוש באינסטגרם באינסטה פייסבוק בפייסבוק טלגרם בטלגרם ווטסאפ וואטסאפ בווטסאפ טיקטוק בטיקטוק",
    ),
    // What people ask for, and away from where, in more languages.
    W(
        S::WANTED,
        "telefono movil celular fijo maila zap numer numeru mailadresse emailadresse telefonnummer नंबर नम्बर ईमेल номер номерок",
    ),
    W(S::AWAY, "bahar poza buiten utanfor utenom disinda बाहर"),
    W(S::HERE, "apka apki apke apce aplikacji uygulama uygulamanin appen ऐप"),
    W(
        S::HANDLE,
        "ник никнейм никнэйм аккаунт страница страничка страницу группа канал профиль логин нік сторінка पेज 아이디 账号 帳號 アカウント आईडी अकाउंट नाम حسابي حساب يوزر idnya",
    ),
    W(S::LINK, "я это как под мой моя мое называется है पर की का के انا هو على"),
    W(
        S::REACH,
        "пиши пишите напиши напишите найди найдите ищи ищите добавь добавьте подпишись подписывайтесь пишіть знайди знайдіть",
    ),
    W(S::OPENS, "ищи найди найдите ищите перейдем давайте давай बात अपना अपनी"),
    W(S::STOP, "на не что она там тут здесь по за из но да нет вас вам мне мы вы меня вот так все"),
    // First words of platforms and of providers, and what asks for a handle or a number.
    W(
        S::OPENS,
        "face tik snap whats s we cash you insta the google apple linked tele i f line signal g gee ge jee gi hot hott ya yah \
         proton out eye fast y rediff bt dollar follow add dm find message sigue sigueme folgt folge suivez segui siga have got use \
         message search look lookup buscame busca buscad agregame such suche sucht findest finde adde cherche cherchez trouve trouvez \
         ajoute cercami cerca cercate procura procure zoek vind volg szukaj znajdz szukajcie hitta sok folj dhundo dhoondo \
         hledej najdi masz heb hebt take passe passons machen klaren klaeren reden schreiben praten verder baat karte karein \
         seguimos hablemos conversamos vamos pisac gadac rozmawiac skriva prata apna apni aapka tumhara ihre deine donnez passez passami \
         dammi mandami mandame pasas cual qual quale geef podaj poda podac giving tienes hast avez tem what give send share drop gimme need get dame pasame gib donne \
         teneis tienen shoot pop chance wie donner dai dar there as hai haben hatten tell type write spell dime digame escribe ponme dejame geben nenne nennen sag sagen schick schicken \
         envoie envoyez file laisse laissez quoi dimmi lascia lasciami lasci scrivi scrivimi passa manda fala deixa stuur zeg dej wyslij \
         napisz ver yaz дай дайте скинь скиньте кинь напиши напишите оставь пришли",
    ),
    W(
        S::SEEKS,
        "follow add dm find message search look lookup sigue sigueme buscame busca buscad agregame folgt folge such suche sucht \
         findest finde adde suivez cherche cherchez trouve trouvez ajoute segui siga cercami cerca cercate procura procure zoek \
         vind volg szukaj znajdz szukajcie hitta sok folj dhundo dhoondo hledej najdi ищи найди найдите ищите",
    ),
    W(S::SECOND, "book tok chat app tube gram bird pay linked g b dollar sta mo sapp ap pal grm face"),
    // What platforms are told by.
    W(
        S::TELLS,
        "app bird apps appli appje aplicacion aplicativo applicazione aplikacja apka apce network netzwerk netwerk reseau rede site logo \
         logos icon icono icone uygulama platform plattform plataforma plateforme piattaforma platforma meta elon elons zuck zucks \
         zuckerberg zuckerbergs bytedance ghost ghostie fantasma fantasmita fantasminha fantasmino fantome geist gespenst gespenstchen \
         spookje duszek duszkiem duszka bhoot chidiya hayalet birdie pajarito oiseau vogel vogelchen vogeltje passarinho uccellino \
         ptaszek ptaszkiem aeroplane aeroplanino avioncito \
         papierflieger fotodings fotoapp bilderapp videoapp clockapp birdapp ghostapp picapp photoapp tanzapp fotosite vogelapp geisterapp kameraapp posts posten postet publican publica suben sube postent publient postano pubblicano postam publicam \
         plaatsen wrzucaja posting bailecito bailecitos tanzchen zdjec fotek filmikow book libro livre buch boek livro",
    ),
    W(
        PLAIN,
        "hinge tele steam bumble tinder twitch chime snap line signal gram threads sc imessage facetime username handle gamertag screenname usuario benutzername",
    ),
    W(
        S::PLATFORM,
        "venmo venmoo cashapp cashtag paypal zelle zell revolut wise gpay phonepe paytm upi bizum pix swish monzo chime paym",
    ),
];
