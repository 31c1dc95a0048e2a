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
    // First words of platforms and of providers, and what asks for a handle or a number.
    W(
        S::OPENS,
        "face tik snap whats s we cash you insta the google apple linked tele i f line signal g gee ge jee gi hot hott ya yah \
         proton out eye fast y dollar follow add dm find message sigue sigueme folgt folge suivez segui siga have got use \
         tienes hast avez tem what give send share drop gimme need get dame pasame gib donne",
    ),
    W(S::SECOND, "book tok chat app tube bird pay linked g b dollar"),
    W(
        PLAIN,
        "snap line signal gram threads sc imessage facetime username handle gamertag screenname usuario benutzername",
    ),
    W(
        S::PLATFORM,
        "venmo venmoo cashapp cashtag paypal zelle zell revolut wise gpay phonepe paytm upi bizum pix swish monzo chime paym",
    ),
];
