use crate::policy::{Detector, Finding, Kind, Severity};

mod abroad;
mod none;

fn found(text: &str) -> Vec<Finding> {
    let mut found = Detector::new().scan(text);
    found.retain(|finding| finding.kind == Kind::Phone && finding.severity == Severity::Identifier);
    found
}

/// What is found in a text, as it is written there.
fn spans(text: &str) -> Vec<&str> {
    found(text).iter().map(|f| text.get(f.span.start..f.span.end).unwrap()).collect()
}

#[test]
fn numbers_in_words_and_pieces_are_found() {
    for (text, number) in [
        (
            "dzwoń: pięćset jeden, dwieście dwadzieścia, osiemset siedem",
            "pięćset jeden, dwieście dwadzieścia, osiemset siedem",
        ),
        (
            "numer sześć zero dwa, sto czterdzieści, trzydzieści trzy, osiem",
            "sześć zero dwa, sto czterdzieści, trzydzieści trzy, osiem",
        ),
        ("volejte sedm set dva, pět set jedna, sto dvacet", "sedm set dva, pět set jedna, sto dvacet"),
        (
            "ara beni sıfır beş yüz kırk iki, üç yüz on, yirmi, on beş",
            "sıfır beş yüz kırk iki, üç yüz on, yirmi, on beş",
        ),
        (
            "ring noll sju noll, tjugotre, fyrtiofem, sextiosju",
            "noll sju noll, tjugotre, fyrtiofem, sextiosju",
        ),
        ("ring mig på fire to seks otte, fem en ni tyve", "fire to seks otte, fem en ni tyve"),
        (
            "soita nolla neljäkymmentäviisi kolme kaksi yksi kuusi seitsemän",
            "nolla neljäkymmentäviisi kolme kaksi yksi kuusi seitsemän",
        ),
        (
            "hívjon: hat húsz, harminckettő, negyvenöt, hatvanhét, nyolc",
            "hat húsz, harminckettő, negyvenöt, hatvanhét, nyolc",
        ),
        (
            "hubungi nol delapan satu dua, tiga puluh lima, dua belas, tujuh puluh",
            "nol delapan satu dua, tiga puluh lima, dua belas, tujuh puluh",
        ),
        (
            "mera number navve, chaurasi, bayalis, do, teen, chhappan",
            "navve, chaurasi, bayalis, do, teen, chhappan",
        ),
        (
            "звоните восемь девятьсот двенадцать, триста пять, сорок два, ноль семь",
            "восемь девятьсот двенадцать, триста пять, сорок два, ноль семь",
        ),
        (
            "телефонуйте нуль п'ятдесят, триста двадцять, сорок п'ять, вісім дев'ять",
            "нуль п'ятдесят, триста двадцять, сорок п'ять, вісім дев'ять",
        ),
        (
            "πάρε με έξι εννέα τέσσερα, είκοσι τρία, πενήντα, εξήντα ένα, δύο",
            "έξι εννέα τέσσερα, είκοσι τρία, πενήντα, εξήντα ένα, δύο",
        ),
        ("मेरा नंबर अट्ठानवे, इक्कीस, तैंतीस, पचपन, सात शून्य", "अट्ठानवे, इक्कीस, तैंतीस, पचपन, सात शून्य"),
        (
            "llámame: seiscientos doce, treinta y uno, cero cuatro, setenta",
            "seiscientos doce, treinta y uno, cero cuatro, setenta",
        ),
        (
            "chiama il trecentoquaranta, cinquecentodieci, zero otto, dodici",
            "trecentoquaranta, cinquecentodieci, zero otto, dodici",
        ),
        ("my mobile, 07700 90 01 wait 02, 33", "07700 90 01 wait 02, 33"),
        ("appelle au 06 12 44, pardon 45, 78 90", "06 12 44, pardon 45, 78 90"),
        ("mein Handy: 0171 33 44, quatsch, 33 45, dann 670", "0171 33 44, quatsch, 33 45, dann 670"),
        (
            "call th-ree on-e fi-ve, fi*ve fi*ve fi*ve, ze-ro on-e two two",
            "th-ree on-e fi-ve, fi*ve fi*ve fi*ve, ze-ro on-e two two",
        ),
        ("call 4our 1ne 5ive 555 0ero 1ne 7even 8ight", "4our 1ne 5ive 555 0ero 1ne 7even 8ight"),
        ("hit me up 415%555%0132", "415%555%0132"),
        ("[4][1][5] [5][5][5] [0][1][3][2] thats me", "4][1][5] [5][5][5] [0][1][3][2"),
        ("reach the nurse on 415-555-0132 extension twenty one", "415-555-0132 extension twenty one"),
        (
            "drei mal die sieben, null eins, dann 44 55 66, ruf an",
            "drei mal die sieben, null eins, dann 44 55 66",
        ),
    ] {
        assert_eq!(spans(text), [number], "{text}");
    }
}

#[test]
fn numbers_end_where_they_are_said_to() {
    for (text, number) in [
        (
            "fala comigo no onze nove oito sete seis cinco quatro dois zero um depois das seis",
            "onze nove oito sete seis cinco quatro dois zero um",
        ),
        (
            "zap 21 nove oito 7 seis cinco 4 três dois um é do João",
            "21 nove oito 7 seis cinco 4 três dois um",
        ),
        (
            "her line: O. Two. O. Seven. Nine. Four. Six. O. One. One. Two",
            "O. Two. O. Seven. Nine. Four. Six. O. One. One. Two",
        ),
        (
            "zeero sevan sevan nyne wun tew tree fore fife ate tu sori bout speling",
            "zeero sevan sevan nyne wun tew tree fore fife ate tu",
        ),
        (
            "oh two oh, seven nine four six, oh double one, 8 ask for Sal",
            "oh two oh, seven nine four six, oh double one, 8",
        ),
        ("for won fife, 555, oh won ate ate thats mine", "for won fife, 555, oh won ate ate"),
        ("use my other one 07700 900418 ok", "07700 900418"),
        ("not the old one, take that one 07700 900419", "07700 900419"),
        (
            "kontakt to sześćset dwa, trzysta czterdzieści, osiemset jedenaście",
            "sześćset dwa, trzysta czterdzieści, osiemset jedenaście",
        ),
        ("pisz na 6_0_1_4_4_8_2_9_0 bo tu ucina", "6_0_1_4_4_8_2_9_0"),
        ("reservations through 020 7946 0123 please", "020 7946 0123"),
        ("booking via 3235550171 only", "3235550171"),
        ("total ₹ 98,220,31,405 samajh lo", "98,220,31,405"),
        ("O6 l2 44 5O 7l les O sont des zéros", "O6 l2 44 5O 7l"),
        ("Ref INV07700900418 pls dial the ref", "07700900418"),
        ("ddd 11, 9 8765 4321", "11, 9 8765 4321"),
        ("ruf an 0171-11-23-456", "0171-11-23-456"),
        ("call 4155550132 by 5 pm", "4155550132"),
        ("ring 415 555 0132 by 5", "415 555 0132"),
        ("llámame a las 5 por 612 440 913", "612 440 913"),
        ("appelle 06h12h34h56h78", "06h12h34h56h78"),
        ("Zelle, just pay 415-555-0132", "415-555-0132"),
        ("its 40 dollars 4155550132", "4155550132"),
        ("call 415-55l-0132", "415-55l-0132"),
        ("free now! half 08000938767", "08000938767"),
        ("1300 655 506 for bookings", "1300 655 506"),
        ("call me 2 1 2 4 4 3 2 1 4 3", "2 1 2 4 4 3 2 1 4 3"),
        ("800-DOG-0142 call now", "800-DOG-0142"),
        ("ring 2012/5550132", "2012/5550132"),
        ("call (415)55l-0132", "(415)55l-0132"),
        ("call 415_55l_0132", "415_55l_0132"),
        ("job 45A\n415 555 0132", "415 555 0132"),
        ("ring 020 7946 1288 x31", "020 7946 1288 x31"),
        ("appelez dès 8h 01.42.63.18.57", "01.42.63.18.57"),
        ("order 12\n415 555 0132", "415 555 0132"),
        ("unit 5 415 555 0132", "415 555 0132"),
        ("NYC-212-555-0132 call", "212-555-0132"),
        ("UK 07700-900123", "07700-900123"),
        ("van AB12 CDE 07700 900123", "07700 900123"),
        ("call 4155550132 min 2 days notice", "4155550132"),
        ("TEXTME-4155550132", "4155550132"),
        ("TEXTME4155550132", "4155550132"),
        ("call 5 +390612345678", "+390612345678"),
        ("415-555-0132 -JD", "415-555-0132"),
        (
            "hubungi delapan puluh tujuh puluh lima puluh empat puluh",
            "delapan puluh tujuh puluh lima puluh empat puluh",
        ),
        ("644 12 08 33", "644 12 08 33"),
        ("06 12 23 34 45", "06 12 23 34 45"),
        ("my t/n 415-555-0132", "415-555-0132"),
        ("tel 06h39 55 12 18", "06h39 55 12 18"),
        ("appel au 06h12 34h56 78", "06h12 34h56 78"),
        ("order 0161-496-0123 or 0161-455-2210", "0161-455-2210"),
        ("the plumber: 3531 8712 3456", "3531 8712 3456"),
        (
            "my work one six one seven two five five five oh one",
            "one six one seven two five five five oh one",
        ),
        (
            "it's seven one eight dollars five five five and 0192 cents",
            "seven one eight dollars five five five and 0192",
        ),
    ] {
        assert_eq!(spans(text), [number], "{text}");
    }
}

#[test]
fn numbers_told_otherwise_are_found() {
    for (text, value) in [
        ("call me on 07911 one two three four five six", "07911123456"),
        ("mein handy 0171 eins zwei drei vier fünf sechs sieben", "01711234567"),
        ("fifty three five five five zero one twenty six", "5035550126"),
        ("601 234 567 moj nr", "601234567"),
        ("meine nr 0176 20491738", "017620491738"),
        ("Bosch 0345 602 2922", "03456022922"),
        ("filter changed, cust cell 5035550126", "5035550126"),
        ("in Reading 0118 496 0123", "01184960123"),
        ("read it from right to left: 2310 555 514", "2310555514"),
        ("parte 1: 415 parte 2: 555 parte 3: 0132", "4155550132"),
        ("deel 1: 0612 deel 2: 345 deel 3: 678 bel me", "0612345678"),
        ("empieza por 612, y mi perro no para de ladrar hoy qué pesado, termina en 440 913", "612440913"),
        (
            "der erste Teil ist 0151, Moment der Paketbote klingelt schon wieder, der Rest ist 2345 678",
            "01512345678",
        ),
        (
            "l'indicatif c'est 06, attends mon chef arrive avec les clients, la suite 44 55 66 77",
            "0644556677",
        ),
        ("il prefisso è 347, scusa devo servire un cliente al banco, il resto 55 12 908", "3475512908"),
        ("quiero 634 empanadas, 218 alfajores y 775 besos, márcalo ya", "634218775"),
        ("son 91 euros con 555 mas 0143, marca eso", "915550143"),
        ("im 415% sure, 555% certain, 0143% ready", "4155550143"),
        ("call (0800) BIG ROOF now", "08002447663"),
        ("call 1 (877) WE MOVE U now", "18779366838"),
        ("ring 213 like downtown, then 555 like in films, then 0143. easy", "2135550143"),
        ("lies von rechts nach links: 8765 4332 1710", "876543321710"),
        ("results boys: 07-70, 09-00, 41-8 if you catch my drift", "07700900418"),
        ("splits were 07:91, 11:23, 45:6. They aren't times", "07911123456"),
        (
            "bath £01, loo £61, hall £49, stairs £60, shed £12, gate £3, just read them straight across",
            "01614960123",
        ),
        ("sort code 07-70-09 account 00418, not a bank thing, ring it", "07700900418"),
        ("medidas 612,44 y 551,09 sin comas y me llamas", "6124455109"),
        ("Readings 312.555 and 01.77, drop the dots and you have me direct", "3125550177"),
        (
            "6 vacas 1 cerdo 2 patos 4 gatos 4 perros 0 ovejas 9 pollos 8 pavos 1 burro, marque los bichos",
            "612440981",
        ),
        ("take 614, add 555 and stick 0192 on the end", "6145550192"),
        ("nimm die 0171, häng 234 dran, dann 5678", "01712345678"),
        ("you start with 0161 and you follow it with 496 and finish with 0112", "01614960112"),
        ("call this one seven two oh five five five oh one three two", "7205550132"),
        ("415 uh 555 uh 0132", "4155550132"),
        ("07700 eh 900 eh 123", "07700900123"),
        ("415$555$0132", "4155550132"),
        ("415€555€0132 ruf an", "4155550132"),
        ("503$ 555$ 0126$ call me", "5035550126"),
        ("4,155,550,132 llámame", "4155550132"),
    ] {
        let found = found(text);
        assert!(!found.is_empty() && found.iter().all(|f| f.value == value), "{text} {found:?}");
    }
}

#[test]
fn numbers_are_found_beside_what_looks_like_a_list() {
    for text in [
        "my number\n41\n55\n55\n61\n32",
        "call me\n612\n645\n678",
        "ring 800 500 3000",
        "734 then 437 5012",
        "4155550132 was my old one",
        "Dave 0161 496 0123 closed mondays",
        "the complaint line, call 0047823319",
    ] {
        assert_eq!(found(text).len(), 1, "{text}");
    }
}

#[test]
fn corrections_are_taken() {
    for (text, value) in [
        ("my mobile, 07700 90 01 wait 02, 33", "0770090 0233"),
        ("appelle au 06 12 44, pardon 45, 78 90", "0612457890"),
        ("mein Handy: 0171 33 44, quatsch, 33 45, dann 670", "01713345670"),
    ] {
        let value = value.replace(' ', "");
        assert_eq!(found(text).first().map(|f| f.value.clone()), Some(value), "{text}");
    }
}

#[test]
fn letters_for_keys_and_extensions_belong_to_a_number() {
    for (text, number) in [
        ("Call 1-800-HOT-PIES tonight", "1-800-HOT-PIES"),
        ("dzwoń 0800 BIG ROOF całą dobę", "0800 BIG ROOF"),
        ("звони 8 495 220-14-07 после шести", "8 495 220-14-07"),
        ("Zentrale 040/22 19 80-0", "040/22 19 80-0"),
        ("9S2 5S5 OIB3 where S is 5, O is 0, I is 1, B is 8. call", "9S2 5S5 OIB3"),
    ] {
        assert_eq!(spans(text), [number], "{text}");
    }
}

#[test]
fn what_is_appended_far_behind_takes_no_gathered_number_away() {
    let clean = " We met 45 people in the 3 halls, paid 1200 and left 450 chairs there.".repeat(40);
    for text in [
        "starts with 206, in the middle you have 555 like in the movies, and the last four are 0181.",
        "6:46 / 5:55 / 01:72, punch them on a keypad.",
        "quiero 634 empanadas, 218 alfajores y 775 besos, márcalo ya.",
    ] {
        let words = " Thanks for all of it.".repeat(40);
        for appended in [&clean, &words, &format!("{words}{clean}")] {
            let longer = found(&format!("{text}{appended}"));
            assert!(
                found(text).iter().all(|f| longer.contains(f)) && !longer.is_empty(),
                "{text} {longer:?}"
            );
        }
    }
}

#[test]
fn what_stands_between_groups_of_a_number_is_no_part_of_it() {
    for (text, number) in [
        (
            "0161 (thats the easy bit) 850 (still with me?) 3 3 (nearly) 17",
            "0161 (thats the easy bit) 850 (still with me?) 3 3 (nearly) 17",
        ),
        ("0171 (wie in Berlin) 555 (fast fertig) 2398", "0171 (wie in Berlin) 555 (fast fertig) 2398"),
        ("mdr 06€58€14€77€92 enlève les €", "06€58€14€77€92"),
        ("07$911$123$456 no dollars", "07$911$123$456"),
        ("+44£7700£900£123", "+44£7700£900£123"),
        ("O6 ; 33 ; 5l ; 9O ; 28 les ronds", "O6 ; 33 ; 5l ; 9O ; 28"),
        ("just dial 1-866-NO-LEAKS", "1-866-NO-LEAKS"),
        ("leeds code (0113) then four nine six then 0 7 7 2", "(0113) then four nine six then 0 7 7 2"),
    ] {
        assert_eq!(spans(text), [number], "{text}");
    }
    for text in [
        "doors 0900 (tea first) 1030 (talk) 1200 (lunch) 1400",
        "sofa 400 (grey) 350 (blue) 1200 (leather) 90",
        "05€06€07€08€ for each child, 10€20€30€40€50 for the rest",
        "buy 5l ; 9l ; 3l of paint, or 10l ; 20l ; 25l",
        "PAID 1 800 IN TOTAL",
        "BP 128/82 131/79 124/80 119/77, all morning ones",
        "plate says WB-21 and underneath 7733600418 made in Worcester",
        "stamped 7733600418",
        "safe code 0161 then two two four four",
        "garage code 0161 then five five one one two two",
        "Cellar code 0161 then five five one one two two",
        "065 (red) 070 (blue) 075 (green) 080 (black)",
        "keys 0071 (spare?) 0074 (lost) 12 (bent)",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn what_stands_beside_takes_nothing_away() {
    for (text, number) in [
        ("call me on 07700 900123 £40 an hour", "07700 900123"),
        ("appelle 06 12 34 56 78 €45 la séance", "06 12 34 56 78"),
        ("+34 612 345 678 €35", "+34 612 345 678"),
        ("Jim 07700 900123 delivered the sofa", "07700 900123"),
        ("0114 496 0133 is closed on Sundays, leave a voicemail", "0114 496 0133"),
        ("07700900123 is closed till Monday", "07700900123"),
        ("0114 496 0133 made in the morning please", "0114 496 0133"),
        ("account is ok and the number on it is 0161 496 0123", "0161 496 0123"),
        ("Beschwerde unter 0171 5552398", "0171 5552398"),
        ("complaint 415-555-0132 call me", "415-555-0132"),
        ("my caller id 503-555-0126", "503-555-0126"),
        ("dog tag engraved 07700 900123 please", "07700 900123"),
        ("720-500-4400", "720-500-4400"),
        ("310 550 2000", "310 550 2000"),
        ("call 6221 6225", "6221 6225"),
        ("call +44 7700 900123 10% off first clean", "+44 7700 900123"),
        ("98452 07163 5pm", "98452 07163"),
        ("motor 4155550132", "4155550132"),
        ("Valeo 0145678901", "0145678901"),
        ("call 415 555 2345 by 5", "415 555 2345"),
        ("tel:06:12:34:56:78", "06:12:34:56:78"),
        ("cell 415x555x0132", "415x555x0132"),
        ("call 206, three fives, 0, a pair of ones and a 9", "206, three fives, 0, a pair of ones and a 9"),
        ("text me on 07700x900x318", "07700x900x318"),
        ("1-800-GOT-JUNK", "1-800-GOT-JUNK"),
        ("1 (800) FLOWERS", "1 (800) FLOWERS"),
        ("call 512-555-TILE", "512-555-TILE"),
        ("(o) 619-555-0144", "619-555-0144"),
        ("o: 619-555-0144", "619-555-0144"),
        ("619-555-0144 (o)", "619-555-0144"),
        ("011 98765 4321", "011 98765 4321"),
        ("098765 43210", "098765 43210"),
        ("44 7700 900461", "44 7700 900461"),
        ("077 00 900 461", "077 00 900 461"),
        ("Fon 089.123456", "089.123456"),
        ("Viber/WhatsApp/Telegram +1 619 555 0144", "+1 619 555 0144"),
    ] {
        assert_eq!(spans(text), [number], "{text}");
    }
    let text = "spanish mobile sixty one twenty three forty five sixty seven eight";
    let values: Vec<String> = found(text).into_iter().map(|f| f.value).collect();
    assert_eq!(values, ["612345678"]);
}
