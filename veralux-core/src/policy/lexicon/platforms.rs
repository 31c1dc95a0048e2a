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
         grindr bumble hinge tinder vsco fbook insragram icq qq dribbble behance soundcloud",
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
