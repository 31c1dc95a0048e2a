use crate::policy::{Detector, Finding, Kind, Severity};

fn found(text: &str) -> Vec<Finding> {
    let mut found = Detector::new().scan(text);
    found.retain(|finding| finding.kind == Kind::Phone && finding.severity == Severity::Identifier);
    found
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
        let spans: Vec<&str> =
            found(text).iter().map(|f| text.get(f.span.start..f.span.end).unwrap()).collect();
        assert_eq!(spans, [number], "{text}");
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
        let spans: Vec<&str> =
            found(text).iter().map(|f| text.get(f.span.start..f.span.end).unwrap()).collect();
        assert_eq!(spans, [number], "{text}");
    }
}

#[test]
fn numbers_told_otherwise_are_found() {
    for (text, value) in [
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
    ] {
        let found = found(text);
        assert!(!found.is_empty() && found.iter().all(|f| f.value == value), "{text} {found:?}");
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
fn what_is_labelled_counted_or_measured_is_none() {
    for text in [
        "Teil 1: 4455, Teil 2: 3341, Teil 3: 7781 bitte bestellen",
        "parte 1: 450 euro, parte 2: 300 euro, parte 3: 1200 euro",
        "Rechnung 2025/0347, 12 Stück",
        "front nine 4 4 5 3 4 5 4 4 5, back nine 5 4 4 3 5 4 4 5 4, great round",
        "marks 7 8 7 6 8 7 9 8 7 8 well done",
        "sheets OSB3 2440x1220 and 2440x590",
        "Serien-Nr 21 1418 0010 0077 3300 0054",
        "n° de serie 17 0442 98 31 06",
        "robocizna 250, filtr 139, olej 185, razem 574. auto WA 4471K",
        "numero ordine 347 551 2290, non arriva da una settimana",
        "Bestellung Nr. 0171 5512 8890 ist noch offen",
        "commande numéro 06 44 12 98 70, toujours pas livrée",
        "pedido n. 644 201 973 sin llegar",
        "factuurnummer 06-4185-9203 is betaald",
        "numer seryjny 602 140 833 na tabliczce",
        "objednávka číslo 776 418 309 stále nedorazila",
        "sipariş numarası 0532 411 6790 gelmedi",
        "номер заказа 8 916 205 40 17 не пришёл",
        "ऑर्डर नंबर 98765 43210 नहीं आया",
        "0171 5512 889 ist die Kundennummer, nicht meine",
        "644 201 973 es el número de pedido",
        "0412 331 908 (serial), made 2016",
        "IBAN DE89 3704 0044 0532 0130 00 bitte",
        "GB29 NWBK 6016 1331 9268 19 is the account",
        "n° de sécu 1 85 05 78 006 084 36 sur la carte",
        "results: 3-1 2-2 0-4 5-0 1-1 for the season",
        "gas 04417 82260 and water 00912 44310 from the cupboard",
        "bells ring one two three four five six, two one four three six five",
        "the beat is one two three four, one and two and three and four",
        "meter reads oh nine one four seven point two five six today",
        "we need it on set at ten, hat and fire props, to be at pet shop by two",
        "the fire hat set is on at ten to two for the pet opt in",
        "sto arrivando alle 5, set tre finito, due minuti",
        "panel 240 by 180, then 120 by 60 and 90 by 45",
        "first half 1200 now and the rest 4800 on friday when its done",
        "starts at 0900, then lunch at 1230, finishing 1715",
        "the first three are 250 each, last four are 400 each, rest 1900 total",
        "on to the next one, ten of us at six for two hours",
        "Ruf an! Bestellnummer war 4711 0815 22",
        "kids are one, three, five, eight and ten. oh and two more",
        "price was 640, no wait 650, then 700 with vat and 120 delivery",
        "order 60, 60, 45 and 90, 30 tiles",
        "call me when the 240 by 180 panel and 600 by 450 door arrive",
        "ring size 7.5, cert 2155501432 attached",
        "I weigh 82 no sorry 84 kilos, 180 tall, 46 years",
        "het is 120 bij 60 en 240 bij 18",
        "Kundennr. 0171 2233 4455 steht auf der Rechnung",
        "kod zamówienia 501 220 873, odbiór jutro",
        "vi er fire til fem personer, kl ti til tolv",
        "én, to, tre, fire, fem, seks, syv - det var alle",
        "iki, üç, dört kişi geliriz on ikide",
        "saat on iki buçuk, beş kişi, on dakika sonra",
        "part 06L 115 562 B and 03C 906 051 F fitted",
        "hose 03L 903 315 C, all in stock",
        "total 2.450.300,75 pesos sin iva",
        "the courier's number is 7714 2201 4490 for the parcel",
        "S/N 4471 5520 981 on the fridge",
        "Ersatzteil 0281-004-512 gegen 0281-006-301 ersetzt",
        "mic check one two, one two, one two three, one two",
        "sevens: 7 14 21 28 35 42 49 56, stuck on 56",
        "trains at 06h39, 09h55, 14h07 and 18h12, which one",
        "open 07:30, 09:00, 14:15, 16:45 think about it and tell me",
        "scores 3-1 2-0 0-0 4-2 1-1, know what I mean",
        "12 + 45 + 0120 = 177",
        "keys 0412 and 331 and 908",
        "wardrobe 600 55 20 50 oak",
        "reps 600 80 60 40 today",
        "please get me 0862 and 0991 and 77 from the store",
        "parts 0370, 4412, 118 get me a quote",
        "say 20 like 30, call me at 10 30 or 12 45",
        "the walls are 3.40, 2.55, 1.20, 4.10 without the gaps, call me",
        "skriv faktura 4471552098",
        "bu yaz 2024 2025 3000",
        "bill: 250, add 300, add 4500",
        "450 + 380 + 0250 was the sum",
        "that's one two five dollars, three four five cents, six seven",
        "vendo lada 2105 1992 85 000",
        "measures 612 40 30 25 cm",
        "sans les points de colle: 12 plaques, 340 cm, 55 kg, 1200 euros, appelle",
        "mám pět psů, šest koček a set nádobí",
    ] {
        assert!(found(text).is_empty(), "{text} {:?}", found(text));
    }
}

#[test]
fn what_only_looks_like_a_number_is_none() {
    for text in [
        "slots 9:30, 10:15, 1:45, 3:00, call me to book",
        "call me about the ₹1,23,45,678 loan",
        "text me, its Austin TX 78701-1332",
        "shipment AWB4471552098 left",
        "open 06h39 09h55 14h07",
        "MEETING 0800 TUESDAY PLEASE CALL",
        "RENT 800 MONTHLY CALL ME",
        "order 4471552098 arrived, please call this afternoon",
        "the dial goes 1 2 3 4 5 6 7 8 9 10",
        "voici mon num ss 2 84 06 39 412 127 18 pour la mutuelle",
        "4471552098 ref is on the label",
        "twenty five, forty four, seventy, eighty one please call",
        "plate says 21 1418 0010 0077 3300 0054",
        "filter F 026 407 157, not the other",
        "last four FreeMsg 250 SMS OK to 84025 now 2 ur 250",
        "paid $025550147 already",
        "please ignore 447, 552 and 220, wrong amounts",
        "call me about units 0071, 0072 and 0073",
    ] {
        assert!(found(text).is_empty(), "{text} {:?}", found(text));
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
        let found = found(text);
        assert_eq!(
            found.iter().map(|f| text.get(f.span.start..f.span.end).unwrap_or_default()).collect::<Vec<_>>(),
            [number],
            "{text}"
        );
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
