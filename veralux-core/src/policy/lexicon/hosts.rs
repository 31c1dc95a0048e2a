//! Top-level domains, mail providers, and the words for the signs of an address.

use super::Senses as S;
use super::Words as W;

const TLD_PROSE: S = S::TLD.or(S::PROSE);

pub(super) static ROWS: &[W] = &[
    // Country codes (ISO 3166-1) and generic names (IANA root zone) in common use.
    W(
        S::TLD,
        "gle kom menu kitchen dance equipment productions photo pictures recipes wedding football tennis golf tattoo example studio ie ac ae ag ai  am ar asia au az ba bd be bg bh biz  br by bz ca cc cd ch  cl cm cn co com cr cu cv cw cx cy \
         cz de dev dj dk dm dz ec edu ee eg et eu fi fj fm fo fr ga gd  gg gh gi gl gm gov gp gq gr gs gt gy hk hn hr \
         ht hu il im info int io iq ir je jm jo jp ke kg kh  kr kw ky kz lb lc lk lt  lv ly  mc md mg mk ml mm mn \
          mobi mt  museum mv mw mx mz  nc net nf ng ni nl np nz  org   pf pg pk pl pm ps pt pw py qa re ro \
         rs ru rw  sb sc sd sg si sk sl sm sn sr st  sv sx sy sz tc td tg tj tk tl tm tn tr tt tw tz ua ug uk uy uz \
          vc  vg vi vn vu wf ws  yt za zm zw xyz app shop store tech website cloud codes dentist doctor clinic \
         salon plumbing photography photos rentals repair cleaning builders contractors construction electrician \
         furniture gallery marketing solutions services consulting software systems ventures vip icu cyou sbs cfd bond \
         buzz monster rest wtf ninja guru rocks gmbh ltd llc inc lawyer attorney insurance realtor realty estate \
         homes apartments properties villas tours vacations flights holiday hotels restaurant pizza catering coffee \
         pub beer wine bar cafe fitness yoga academy courses education tutor institute training university school \
         vet dog pet pets horse garden florist flowers boutique fashion jewelry shoes beauty makeup hair spa skin \
         dental hospital health healthcare surgery pharmacy auto autos cars taxi limo bike repair glass tools supply \
         email mailbox chat zone gift gifts lol nyc london paris berlin tokyo quebec scot wales koeln wien bayern \
         blog bio gg immo reisen haus jetzt kaufen moda tienda shopping supplies parts camera clothing solar tires technology \
         cymru bzh nrw frl eus vlaanderen hamburg swiss vegas miami istanbul onl fyi quest",
    ),
    // Those that are words of everyday prose: behind a full stop without a space they are the next sentence.
    W(
        TLD_PROSE,
        "kiwi sydney melbourne tirol ruhr saarland brussels gent amsterdam barcelona madrid boston osaka corsica alsace irish \
         capetown durban gal al bo ci ge ki la lu ma mo mu na ne om pa pe sa su va ve ye ad agency ar art as at au baby band be best bet bid bike blog boats box build business buzz by \
         kitchen dance equipment productions photo pictures recipes wedding football tennis golf tattoo example studio shop store tech \
         website cloud dentist doctor clinic salon plumbing photography photos rentals repair cleaning builders contractors construction \
         electrician furniture gallery marketing solutions services consulting software systems ventures vip bond monster ninja guru \
         rocks limo attorney insurance realtor realty estate homes apartments properties villas tours vacations flights holiday hotels \
         restaurant catering fitness academy courses education tutor institute university vet horse boutique fashion jewelry makeup \
         dental hospital healthcare surgery pharmacy supplies parts camera clothing solar tires technology quest inc menu haus jetzt \
         reisen kaufen tienda moda casa immo house storage property law legal reviews green cooking film finance fishing food living \
         management organic partners party racing report review tickets town viajes vin vision lawyer shopping eu im cab call cam \
         camp care cash casa cat center chat city club coach codes coffee community company contact cool country coop \
         credit date day deals delivery design diet digital direct directory do dog earth eat email energy engineer \
         es events exchange expert express fail family fan farm fast fish fit florist fun fund games gift gives global \
         gold group guide help here homes host hot house how id in ink is it jobs kids kim land li life link live \
         loan love luxe market me media mil mobi moe money movie my name navy network new news no now nu one ong online \
         page pet pets ph pics place plus porn press pro promo red rent rip room run sale science se season security \
         sh show si site ski so social space sport stream study style support surf team tel th tips to today top toys trade \
         travel tube tv us video watch wed wiki win work works world wow yoga zip zone school garden hair health pub \
         bar rest school tours training tools supply auto cars taxi glass flowers shoes beauty spa skin pizza wine beer",
    ),
    W(
        S::TLD.or(S::MAIN),
        "com net org co io info edu biz de fr uk app xyz ру рф ком орг юа уа कॉम कोम κομ كوم",
    ),
    W(
        S::TLD,
        "рус укр бг срб мкд қаз бел су инфо नेट ऑर्ग γρ ελ نت קום გე հայ 中国 中國 公司 网络 在线 香港 台灣 ไทย 한국 みんな コム",
    ),
    W(TLD_PROSE, "про इन ин нет онлайн сайт москва дети भारत संगठन امارات السعودية مصر ישראל"),
    // The dot and the end in one word.
    W(S::DOT.or(S::TLD).or(S::MAIN), "dotcom puntocom pontocom pointcom punktcom dotnet dotorg"),
    W(S::EDGE, "www"),
    W(S::TURNED, "ku www moc ten gro liamg oohay kooltuo liamtoh"),
    // Other words for the signs. "at" and "point" are words like any other, so the finders ask for more beside them.
    W(
        S::AT,
        "at arroba arrobas aroba arroa arobase arobas arobaz arobace arrobase affenschwanz affenklammer klammeraffen kringel chiocciolo klammeraffe chiocciola aet apenstaartje apenstaart apestaart malpa krulletje apestaartje arobaze zavinac kukac snabela krollalfa miukumauku arond aronda sobaka chiocciolina maimuta apestaartje aapenstaart sobachka krolalfa grisehale miuku miumauku shtrudel afna \
         собака собачка собачки собакою равлик вухо кльомба маймунка мајмун ет παπάκι παπακι एट ऐट अट ऍट آت شطرودل שטרודל כרוכית 골뱅이 앳 \
         アットマーク アット 艾特 小老鼠 แอท ایٹ",
    ),
    W(
        S::DOT,
        "period decimal punktchen puenktchen puntito pontinho puntino dot dott dawt punto punkt punt point ponto punkte tochka tecka nuqta kropka punct titik tuldok nokta bindu punktum piste pont bodka pika tacka tocka noktasi tochku \
         точка точку точки тчк дот крапка крапку тачка τελεία डॉट डाट बिंदु बिन्दु نقطة نقطه دوت ڈاٹ נקודה דוט 점 닷 ドット 点 ดอท จุด ডট டாட்",
    ),
    W(
        S::SLASH,
        "slash barra schragstrich schraegstrich ukosnik lomitko lomka perjel snedstreck skrastrek skrastreg kauttaviiva taksim kesme слэш слеш слэша слеша дробь κάθετος σλας स्लैश स्लेश سلاش סלאש",
    ),
    W(
        S::PROVIDER,
        "gmail gmial gmai gmil gmal gmaill googlemail yahoo yahooo ymail hotmail hotmial outlook icloud protonmail proton \
         aol gmx msn rediffmail rediff zoho fastmail tutanota mailru yandex hushmail comcast verizon att sbcglobal \
         btinternet orange libero laposte freenet tonline naver qqmail gemail geemail jeemail geemale mailcom gmailcom yahoocom hotmailcom outlookcom icloudcom aolcom gmxde seznam freemail citromail interia onet tiscali virgilio wanadoo posteo uol ziggo bluewin telenet bigpond netcourrier \
         яндекс яндексе гугл гмайл гмейл гмаил джимейл джимэйл жмейл рамблер хотмейл аутлук яху айклауд укрнет जीमेल याहू हॉटमेल आउटलुक \
         रेडिफमेल रेडिफ आईक्लाउड τζιμειλ γκμειλ γιαχου جيميل ياهو هوتميل اوتلوك גימייל יאהו",
    ),
    W(S::HALF, "mail male hoo hu look cloud internet"),
    W(
        S::DESCRIBES,
        "then puis ensuite luego dann poi depois at curly squiggly swirly wiggly twirly round circled monkey full dot period et",
    ),
    W(
        S::MAIL,
        "email emails mail mails emailid mailid correo courriel emai imel eemail mailto postfach mailadresse emailadresse mailadres mejl mejla mejlem sahkoposti eposta epostam epost correio \
         почта почту почте почты емейл имейл емайл мейл мэйл мыло пошта пошту пошті поща पत ईमेल मेल μειλ εμαιλ بريد ايميل البريد מייל אימייל",
    ),
    W(
        S::UPI,
        "okaxis okhdfc okhdfcbank okicici oksbi ybl ibl axl paytm upi apl ptaxis pthdfc ptyes ptsbi waaxis wahdfcbank waicici \
         wasbi fbl axisbank hdfcbank icici sbi kotak yesbank airtel freecharge jupiteraxis ikwik idfcbank yapl rapl naviaxis superyes cnrb barodampay abfspay sliceaxis goaxb pnb",
    ),
];
