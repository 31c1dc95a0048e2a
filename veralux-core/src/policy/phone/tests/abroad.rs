//! Numbers as people outside the English-speaking world ask for them and write them.

use super::{found, spans};

#[test]
fn numbers_behind_words_of_many_countries_are_found() {
    for (text, number) in [
        ("ring til mig på 22 47 19 53", "22 47 19 53"),
        ("ring meg på 912 34 567", "912 34 567"),
        ("mobilen min er 41 28 35 67", "41 28 35 67"),
        ("puh. 09 1234 567", "09 1234 567"),
        ("soita 358 40 1934567", "358 40 1934567"),
        ("hringdu í mig 612 3456", "612 3456"),
        ("síminn minn er 6123456", "6123456"),
        ("helista mulle 5183 4567", "5183 4567"),
        ("zvaniet man 26183456", "26183456"),
        ("skambinkite man 8 612 34567", "8 612 34567"),
        ("napisz na 601-234-567", "601-234-567"),
        ("zavolejte mi na 602 123 456", "602 123 456"),
        ("pište na 777 123 456", "777 123 456"),
        ("írj a 20 123 4567 számra", "20 123 4567"),
        ("elérhetsz a 70/123-4567 számon", "70/123-4567"),
        ("pokličite me na 041 123 456", "041 123 456"),
        ("moja številka je 041183456", "041183456"),
        ("јави се на 070 123 456", "070 123 456"),
        ("დამირეკე 599 12 34 56", "599 12 34 56"),
        ("զանգիր ինձ 091 12 34 56", "091 12 34 56"),
        ("menga telefon qiling 90 123 45 67", "90 123 45 67"),
        ("nomorku 0812-345-6789", "0812-345-6789"),
        ("truca'm al 612 345 678", "612 345 678"),
        ("chámame ao 612 345 678", "612 345 678"),
        ("ċempilli 7912 3456", "7912 3456"),
    ] {
        assert_eq!(spans(text), [number], "{text}");
    }
}

#[test]
fn numbers_in_groups_of_their_country_need_no_word() {
    for number in [
        "0151 234 567 89",
        "0176 / 12 34 56 78",
        "0176 - 123 45 678",
        "0160 9 12 34 56",
        "(0 89) 1 23 45 67",
        "0664 12 34 567",
        "0711 12 34 56 7",
        "079.123.45.67",
        "06 30 123 45 67",
        "06-1-234-5678",
        "06 (30) 123 4567",
        "06/30/1234567",
        "070-12 34 567",
        "333 12 34 567",
    ] {
        assert_eq!(spans(number), [number], "{number}");
    }
}

#[test]
fn the_same_groups_and_words_are_none_where_nobody_is_called() {
    for text in [
        "22 47 19 53",
        "912 34 567",
        "chapters 22 47 19 53",
        "the sizes are 41 28 35 67 in that order",
        "server 79.123.45.67 antwortet nicht",
        "pište na adresu Dlouhá 12, 602 00 Brno",
        "zavolejte v 14 30, objednávka 602123456",
        "pisz, zamówienie 601234567 gotowe",
        "soita kun tilaus 4471552098 on valmis",
        "ring når ordre 91847263 er klar",
        "calle Truca 12, 08012 Barcelona",
        "nomorku antrean 12, resi 812345678901",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}
