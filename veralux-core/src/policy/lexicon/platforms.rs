//! Networks, messengers and payment services.

use super::Senses as S;
use super::Words as W;

const PLAIN: S = S::PLATFORM.or(S::PLAIN);

pub(super) static ROWS: &[W] = &[
    W(
        S::PLATFORM,
        "instagram insta instgram instagrm istagram instragram ig instaa facebook facebok fb messenger snapchat snapchap \
         snapp tiktok tiktoc twitter telegram telegrm telegran tele tg whatsapp whatsap watsapp watsap whattsapp wapp wsp \
         wechat weixin viber linkedin discord skype youtube yt reddit pinterest threads kik tumblr twitch onlyfans \
         bluesky mastodon clubhouse imo kakao kakaotalk zalo nextdoor vk vkontakte weibo xing steam xbox psn roblox \
         wx grindr bumble hinge tinder vsco fbook insragram icq qq dribbble behance soundcloud vinted depop strava threema wickr \
         bereal bsky rednote xiaohongshu mewe patreon substack poshmark komoot letterboxd bandcamp mixcloud yubo douyin \
         whatsaap wtsapp whtsapp wattsapp whatsapps snapcht snpchat instagrma instgrm telgram facebbok fcbook tiktock",
    ),
    // As other languages bend and spell them.
    W(
        S::PLATFORM,
        "instada instadan instagramda instagramdan instam facebookta facebooktan tiktokta twitterda whatsappta whatsapptan \
         telegramda telegramdan snapchatte snapte insti instie instagramie instagrama fejs fejsa fejsie fejsbuk fejsbuku tiktoku \
         tiktokie telegramie instassa instaan instaansa facebookissa tiktokissa instagramon facebookon tiktokon instan insten \
         instu instagramu facebooku vajber viberu telegramu snappen facen feisbuk feisbuc feis zapzap telega odnoklassniki \
         telegramm vatsap votsap vayber instagran instagramm instaa tiktak tiktokk fesbuk pesbuk snapim instapage instaid \
         insragrm facebookseite instaseite instaprofil instanaam instakonto telegramkanal",
    ),
    W(
        S::PLATFORM.or(S::CALL),
        "wasap guasap wassap guatsap uatsap watsup wattsup whatsappa whatsappu wotsapp wotsap wsapp",
    ),
    // First words of platforms and of providers, and what asks for a handle or a number.
    W(
        S::OPENS,
        "face tik snap whats s we cash you insta the google apple linked tele i f line signal g gee ge jee gi hot hott ya yah \
         proton out eye fast y dollar follow add dm find message sigue sigueme folgt folge suivez segui siga have got use \
         message search look lookup buscame busca buscad agregame such suche sucht findest finde adde cherche cherchez trouve trouvez \
         ajoute cercami cerca cercate procura procure zoek vind volg szukaj znajdz szukajcie hitta sok folj dhundo dhoondo \
         hledej najdi in ven pay tienes hast avez tem what give send share drop gimme need get dame pasame gib donne",
    ),
    W(S::SECOND, "book tok chat app tube bird pay linked g b dollar sta mo sapp ap pal grm"),
    // What platforms are told by.
    W(
        S::SECOND,
        "apps appli appje aplicacion aplicativo applicazione aplikacja apka network netzwerk netwerk reseau rede site logo \
         logos icon icono icone uygulama ghost ghostie fantasma fantasmita fantasminha fantome geist gespenst spookje duszek \
         hayalet birdie pajarito oiseau vogel vogelchen vogeltje passarinho uccellino ptaszek aeroplane avioncito \
         papierflieger posts posten postet publican publica suben sube postent publient postano pubblicano postam publicam \
         plaatsen wrzucaja posting",
    ),
    W(
        PLAIN,
        "snap line signal gram threads sc imessage facetime username handle gamertag screenname usuario benutzername",
    ),
    W(
        S::PLATFORM,
        "venmo venmoo cashapp cashtag paypal zelle zell revolut wise gpay phonepe paytm upi bizum pix swish monzo chime paym",
    ),
];
