//! Words around contact details: what asks to call, what names a thing or an amount, what leads to the next part.

use super::Senses as S;
use super::{Valued as V, Words as W};

pub(super) static ROWS: &[W] = &[
    // The digits are a number to call.
    W(
        S::CALL,
        "ruckfragen rueckfragen apunta apuntate apuntalo anota anotalo annota notez merk anrufen call calls calling cal cel cell cellphone celly celular contact dial fax freefone freephone handy \
         handynr landline mob mobile mobil mobilnummer movil phone phones fone ph reach ring ruf rufen sms tel telefon \
         telefono telefone telephone tlf text txt texting texts tx viber line lines whatsapp whatsap watsapp watsap wapp wsp wa imessage \
         facetime tel numero numeros nummer numer num portable escribeme escribe escribime schreib schreibt schreiben scrivimi ecris ecrivez chama mande msg appelle appelez appeler rappelle llamame llama llamar \
         llameme marca marcar ligue liga ligar chiama chiamami telefona erreichen erreichbar tlfn fon hmu buzz bell blower \
         digits callme textme contacto kontakt joindre joignable phno phn mobno cellno fono celu zap zapp nombor hp \
         whats ruckruf zuruckrufen durchwahl vorwahl mobilnr rufnummer telefonnr fijo ring rang wahlst wahle waehlst waehle componi discar disca marcas marcalo appelles dialled ping voicemail cellular cellphones fonn foon telf movistar",
    ),
    W(
        S::CALL,
        "backwards reves envers ruckwarts rueckwarts achterstevoren reaching contesto contesta responde rispondo risponde risponda atendo atende telemovel telemoveis tlm ligacao ligarme cellulare telefonino telefonami chiamare chiami chiamate telefoni richiamami recapito \
         bel bellen belletje telefoon telefoonnummer mobiele mobieltje gsm bereikbaar bereiken bereik \
         appeler rappelez sonnez joignez telephonez llamada llamen llameme telefonear marque marquen \
         apunte apunten anote anoten annoti scrivi scriva scrivete noteer noteert ruft rufe angerufen telefonieren durchrufen \
         handynummer telefonnummer dialler dialer dialpad meld melde meldet hotline helpline handset pager tinkle toque telefonazo marcame marcadme llamadita \
         numara anotou anotaste segnati \
         dzwonic zadzwon zadzwonic dzwon dzwoncie komorka ringa ringer mobilnummer ringe puhelin soita arayin telefonum numaram \
         wasap guasap wasa wassap wasapp zadzwonicie telefonu telefonie telefonom komorke telefonszam hivjon hivj apelati numarul \
         ulasin volejte zavolej volat suna sunati hubungi telpon nomor tawagan itext simu nipigie piga",
    ),
    W(
        S::CALL,
        "mobilen nummeret telefonen telefonnr telefonnumret fastnet fasttelefon puh puhelinnumero puhelimella soittakaa soittaa soittele viestia \
         numerosta numerooni tavoitat hringdu hringja hringid simi siminn simanumer numerid helista helistage helistada telefoninumber mobiil numbril numbrile \
         zvaniet zvani zvanit piezvani numurs numuru talrunis talr sazvanities skambinkite skambink paskambink paskambinkite numeris \
         numeriu rasykite rasyk telefonas telefonu napisz napiszcie pisz dryndnij oddzwon numerek zavolejte zavolajte zavolaj volaj volejte piste napiste ozvete \
         ozvi ozvite prozvon prozvonte cisle mobilu mobile irj irjon elersz elerhetsz elerheto elerhetoseg szamon szamra szamom hivd csorogj \
         telefonul apeleaza apelati nazovi nazovite pozovi pozovite zovi javite poklici poklicite klici stevilka stevilko stevilki telefonska \
         numri telefono qiling raqam raqamim nomrem nomerim telepon telponku nomorku nomerku nomornya kontakku truca trucar truqueu \
         truquem deitu chamame chamade cempilli cempel cuir ffonia ffoniwch ffon skakel nommer sellulere shayela ngishayele",
    ),
    W(
        S::CALL,
        "обади обадете звънни звъннете номерът телефонът јави јавете свони ѕвони број бројот број набері наберіть патэлефануйце тэлефон нумар хабарлас хабарласыңыз \
         нөмірім დამირეკე დამირეკეთ დარეკეთ ნომერი ტელეფონი զանգիր զանգեք զանգահարեք հեռախոս հեռախոսս համարս בלפון נייד טלפון תתקשר תתקשרי תתקשרו \
         التليفون تلفون كلمني كلموني اتصلوا رقمي جوالي جوال موبايلي شماره تماس فون",
    ),
    W(
        S::CALL,
        "chiamata llamas llamais anruf odbiera odbieram odbierze numerem arayabilirsin arasana ararsan ara \
         звоните позвоните звони позвони звонить набери наберите набирайте номер номера телефон телефону тел моб сотовый мобильный \
         пишите пиши мобильник запиши запишите перезвоните дзвоніть телефонуйте телефонуй τηλέφωνο τηλ κινητό πάρε πάρτε κάλεσε καλέστε \
         τηλεφωνήστε फोन फ़ोन मोबाइल नंबर नम्बर कॉल व्हाट्सएप اتصل رقم هاتف موبايل واتساب فون نمبر",
    ),
    // Payment services whose accounts are telephone numbers.
    W(
        S::CALL,
        "bizum yape plin nequi daviplata mbway pix swish swisha vipps mobilepay twint mpesa blik satispay lydia wero gcash \
         paymaya paynow paylah promptpay duitnow easypaisa jazzcash bkash nagad ecocash zelle phonepe gpay paytm",
    ),
    // Who is called: a trade, somebody of the house.
    W(
        S::PERSON,
        "driver drivers plumber electrician handyman cleaner nanny sitter babysitter gardener landlord landlady caretaker \
         janitor locksmith painter roofer carpenter joiner builder mechanic vet nurse secretary receptionist assistant manager \
         supervisor courier dispatcher tutor teacher coach trainer instructor neighbour neighbor husband wife partner mum mom \
         dad brother sister boss son daughter cousin uncle aunt granny grandma grandpa colleague roommate flatmate tenant \
         mums mams nans dads concierge porter contractor foreman fitter installer surveyor agent broker \
         repartidor pintor fontanero electricista portero conserje vecino vecina marido mujer jefe jefa hermano hermana \
         encargado encargada albanil jardinero cerrajero mecanico chofer conductor tecnico limpiadora profe madre padre hijo hija \
         hausmeister hausmeisterin fahrer maler klempner elektriker nachbar nachbarin vermieter schlosser monteur techniker \
         mann frau chef chefin bruder schwester putzfrau gartner kollege kollegin \
         livreur plombier electricien gardien gardienne serrurier peintre chauffeur voisin voisine mari patron technicien \
         idraulico elettricista posatore portiere fabbro autista corriere vicino moglie marito \
         entregador motorista encanador eletricista porteiro pedreiro vizinho vizinha esposa \
         ladka ladke bhai bhaiya didi wale wala loodgieter buurman buurvrouw huisbaas hydraulik elektryk kierowca \
         glazier tiler plasterer decorator groomer hairdresser stylist dentist doctor engineer helper movers crew \
         marceneiro carpinteiro jardineiro diarista faxineira cabeleireiro dentista medico motoboy carpintero plomero ninera \
         schreiner tischler maurer dachdecker tierarzt friseur friseurin menuisier macon couvreur jardinier nounou dentiste \
         coiffeuse medecin falegname muratore giardiniere veterinario parrucchiere schilder timmerman oppas adjuster appraiser inspector \
         cunado cunada suegra suegro abuela abuelo tio tia primo prima novio novia compadre tante onkel oma opa schwager \
         frere soeur zia zio nonna nonno cognato chacha bhabhi",
    ),
    // The digits are the name of a thing.
    W(
        S::THING,
        "model part case batch account acct acc awb barcode chip chipped code codes confirmation ean imei invoice isbn issn item licence license \
         microchip nhs npi dbs crb order orders parcel permit pin policy receipt ref reference refs serial sku ticket \
         tracking track upc vin booking reservation claim claims registration reg  \
         patent quotation locker lockbox \
         keypad alarm safe wifi gasket bearing password passcode pwd pass otp ip      \
         bestellung bestellnr rechnung auftrag vertrag steuernummer \
         commande facture dossier colis suivi pedido factura rastreo guia seguimiento cuenta codigo \
         reserva expediente contrasena clave matricula bestelling iban bic swift sort routing aba ein ssn siret siren nif cif \
         cpf cnpj aadhaar pan gst gstin vat ust tin dob mrn mrns chart prescription rx dea member membership policyno \
         coupon voucher promo discount giftcard giftcode gift raffle art artnr artikelnr teilenummer ersatzteil lottery lotto isrc doi pmid arxiv nct fcc piva iva factuurnr ordine fattura \
         pedidos spedizione nota fiscal pnr hull cas po rma sn asin fedex ups usps dhl dpd hermes evri royalmail \
         tickets invoices vouchers serials models batches policies refs barcodes \
         bestellnummer auftragsnummer rechnungsnummer kundennummer sendungsnummer ordernummer artikelnummer vorgangsnummer \
         vertragsnummer seriennummer zaehlernummer zahlernummer mitgliedsnummer buchungsnummer referenznummer fallnummer trackingnummer \
         kontonummer paketnummer chipnummer consignment shipment waybill container pallet skus codigos bib ordernumber ordernum meter lat long latitude \
         longitude coordinates coords gps grid verification bank kennzeichen meterstand zaehlerstand \
         fd scores seed count counter sinistre bastidor chassis sachnummer vorgang aktenzeichen poliza ndc mpan mprn eori odometer mileage kilometraje kilometerstand docket loyalty clubcard rewards warranty certificate cve gtin mpn oem \
         serie serien ricetta ricette receta rezept ordonnance abn acn crn utr ifsc pesel regon krs kundennr kdnr rechnungsnr auftragsnr vertragsnr ticketnummer matricola bolletta \
         fascicolo protocollo folio recibo albaran referencia tarjeta boleto protocolo processo apolice encomenda \
         rastreio adherent abonne zamowienie faktura przesylka paczka polisa resi activation asset \
         cert certs zamowienia zamowien zamowieniu przesylki paczki faktury rachunku konta seryjny ordernr bestelnr bestelnummer \
         klantnummer klantnr factuur facturen rekening rekeningnummer fakturanr fakturanummer kundnummer kundnr bestallning bestilling \
         ordrenummer ordrenr varenummer varenr kundenummer kundenr serienr serienummer malernummer kontonr tilausnumero tilaus \
         viitenumero viite asiakasnumero sarjanumero tuotenumero tilinumero lasku objednavka objednavky objednavku faktura zakazka \
         zakazky rendeles rendelesszam rendelesi szamlaszam cikkszam comanda comenzii factura facturii siparis fatura faturasi takip \
         pesanan secu digicode codice fattura fatture lieferschein chargennr charge belegnummer beleg quittung ordini commessa \
         expedicion envio bultos remessa rastreamento kolli sendingsnummer sporingsnummer trackingnr \
         серийный серии заводской инвентарный factuurnummer pratica pratiche заказ заказа заказу счетчик счетчика счет счета договор договора артикул накладная накладной посылка посылки \
         трек квитанция квитанции чек полис замовлення рахунок ऑर्डर बिल खाता खाते आधार παραγγελία παραγγελίας τιμολόγιο \
         remittance transaction txn cheque cheques schadennummer schadensnummer transaktion transaccion transacao \
         transazione virement readings lecturas letture releves typenschild targhetta placa plaque typeplaatje nameplate \
         ordre orden gls yodel evri purolator auspost correos seur colissimo chronopost postnl postnord inpost bluedart delhivery",
    ),
    // Places and the like, whose numbers are short.
    W(
        S::SPOT,
        "house passport job flight train bus route room suite unit apt apartment flat gate door lot \
         box zip postcode postal plz cap plate port ver version build floor level page chapter art artikel artnr article articulo bay aisle row seat table station \
         platform channel exit highway hwy interstate size",
    ),
    W(
        S::UNIT,
        "kg kgs lb lbs oz mg mcg ml cl dl l g gm gms grams gram kilo kilos km kms mi mile miles m mm cm ft feet foot inch \
         inches yd yds yards sq sqft sqm acre acres min mins minute minutes sec secs second seconds hr hrs hour hours day \
         days week weeks wk wks month months mo yr yrs year years am pm st nd rd th x pct percent degrees deg c f \
         people persons guests times reps sets steps calories cal kcal kwh kw watts volts psi mph kmh gb mb tb ghz mhz px \
         pcs pieces units items pages tabs tablets pills capsules drops cups tbsp tsp liters litres liter litre gallons \
         points pts goals runs rows stunden stunde uhr tage tag wochen monate jahre jahr minuten grad horas hora dias dia \
         semanas meses anos minutos heures heure jours jour semaines mois ans h k kids dogs cats bags boxes miles mi bpm bp \
         mmhg mmol iu hz v w ah mah dpi rpm cc hp bhp",
    ),
    W(
        S::MONEY,
        "dollar dollars bucks buck usd eur euro euros gbp pound pounds quid pence cent cents rs inr rupees rupee mxn pesos \
         peso real reais brl chf franken francs cad aud nzd jpy yen php btc lakh crore grand price cost costs total amount \
         paid pay payment deposit fee fees rent invoice subtotal balance budget salary worth tax tip owe owed charge \
         charged preis kostet precio cuesta prix coute",
    ),
    // Between the parts of a number.
    W(
        S::FILLER,
        "and the is its are be then next after that followed by with my number numbers num no nr digits digit \
         area code dash hyphen space dot point period minus plus y e et und luego despues dann danach puis ensuite \
         poi depois aur phir baad in ends ending end starts start starting begins begin beginning middle rest bit \
         comma of a again you your dial type add put press just it so here comes finally lastly also em an at on to \
         for first last final s finishing finish finishes acaba termina acabar empieza comienza sigue baaki pehle wait theres more half okay ok ending sharp suite fin commence debut weiter gehts anfang now brackets bracket open close paren country gap pause stop slash tail head um uh erm hmm hang line eh er ehm hm ah aeh euh beh pues allora alors",
    ),
    W(
        S::PART,
        "then next last lastly final finally first followed rest ends ending area luego despues dann danach zuletzt puis \
         ensuite enfin poi depois phir suite fin commence debut weiter anfang trozos partes continuacion inizio comeco resto ultimos ultimo primero letzte letzten erst derniers middle second remaining \
         starts start begins empieza sigue acaba termina finishing end baaki pehle half tail mitad metade moitie halfte segunda segundo zweite zweiter deuxieme seconda akhri aakhri prefix vorwahl indicatif lada prefijo",
    ),
    W(
        S::PART.or(S::FILLER),
        "daarna eerste laatste begint beginnen eindigt eindigend vervolgens tenslotte resterende overige infine finisce iniziale \
         inizia finale ultima ultime prima comeca final segue dopo termine termina depuis finit terminent primeras ultimas \
         remainder leftover third fourth piece chunk parte partie teil deel czesc primi ultimi ersten nachsten naechsten altre altri siguientes proximos \
         premiers suivants volgende \
         finire finir terminar finalizar acabar hinten vorne vorn mitte detras delante devant derriere davanti dietro mezzo meio \
         milieu abord",
    ),
    W(
        S::PHRASE,
        "tiret under low barre dolna dolny spodna trattino guion traco barra linha alt garis linie liniuta donja donya schuine egik bara kosa et aet isareti isaretli isaret merkki tecken tegn merki kuyruklu snabel \
         grisehale apekrull coada majmunsko maymunsko ludo нижнее нижнє нижний долна κάτω شرطة קו अंडर косая маймунско мајмунско лудо",
    ),
    W(S::ELSE, "mejor melhor meglio nicht cancel anstatt mat yahan ca thing"),
    // Too common to ask for anything by themselves.
    W(
        S::SETTLES,
        "take sort settle arrange deal handle do fechar combinar combinamos resolver tratar ausmachen regeln abwickeln machen \
         schreiben arreglar arreglamos quedar hacerlo regler arranger voir faire accordarci fare regelen afspreken karte karlo",
    ),
    W(
        S::FILLER,
        "die en met als dan con als per pour laatst los otros las los les la le el il al alla am zum schluss ende aage hissa bas mein ab \
         what lets see sorry pardon perdon perdona digo oops whoops ups oeps scusa anzi desculpa quatsch correction nein \
         undskyld forlat przepraszam pomylka actually nee \
         exchange curly squiggly round circled monkey full",
    ),
    W(
        S::PART.or(S::FILLER),
        "ddd basi ortasi sonu prefisso prefixo kierunkowy zaczyna poczatek dalej potem nastepnie koncowka reszta ostatnie pierwsze srodek prvni \
         pak potom posledni zbytek zacina sonra devami gerisi depannya depan tengah buntutnya belakangnya terus lalu borjar sedan \
         resten sista forsta derefter deretter forste siste sidste sitten alkaa loppu kezdodik aztan utana incepe apoi restul \
         primele ultimele primeiros seguintes primeiro beginnt erst anschliessend restliche restlichen \
         часть потом затем дальше далее начинается начало конец последние первые остальное середина потім далі फिर आगे आखिरी पहले \
         μετά",
    ),
    W(S::FILLER, "и і и та και और पर من на sie se noch kommt nog vlastne ne аз"),
    W(S::PART, "aage schluss fim baad finish finishes"),
    W(S::AND, "and und y e et en og si"),
    // Number words of some languages only, see `phone::beside`.
    W(
        S::BESIDE,
        "nul null en et to tre fire sex ni ti tio forti tres firs on bes kirk pet pat sto sta ste set sem ot hat het opt noua atten \
         do teen tin char che sat",
    ),
    W(
        S::DIRECT,
        "direct directly directo directamente direkt directement direttamente diretamente direto privately privado privat \
         privatamente prive privato private priv",
    ),
    // Away from where the conversation is.
    W(
        S::AWAY,
        "afuera rather statt lieber plutot invece dehors outside off offline instead without bypass avoid around elsewhere directly direct privately private cash personal \
         personally fuera directo directamente privado ausserhalb ohne direkt privat hors directement prive fora \
         diretamente fuori direttamente skip cut leave leaving",
    ),
    W(
        S::HERE,
        "here hier qui aqui ici app apps platform site website system service fee fees commission middleman aplicacion plataforma \
         plattform plateforme appli piattaforma aplicativo",
    ),
    W(
        S::REACH,
        "text txt call message msg dm pm ping add follow find reach contact hit hmu write talk chat speak \
         carry continuer conversar klaren klaeren sentirci sentiamoci baat parler hablar paying payez pagame escribes \
         booking anrufen booked paga gehen wechseln passer passare spostiamoci karo karna \
         book pay send connect whatsapp slide search look lookup message meet switch move continue go \
         escribeme escribe llamame llama hablame hablamos agregame buscame contactame mandame schreib schreibe ruf such \
         finde finden melde schreiben ecris appelle ajoute contacte trouve cherche scrivimi chiama chiamami aggiungimi cercami \
         adiciona procura segue chama add",
    ),
    W(
        S::WANTED,
        "number numbers cell email emails digits nummer numero numeros handynummer whatsapp insta instagram snapchat telegram \
         contact mobile rufnummer telefonnummer correo telefone",
    ),
    W(
        S::LINK,
        "is its are as under at with by via on called named name ist lautet unter als es soy como est sous e sono come \
         is hai ka",
    ),
    W(S::LINK, "spelt spelled buchstabiert"),
    W(
        S::HANDLE,
        "number face tik tok linked whats username user handle handles id userid nick nickname tag gamertag screenname name profile page account acct \
         alias usuario nombre nutzername benutzername konto profil seite pseudo compte nom perfil pagina",
    ),
];

/// Words for the signs within an address.
pub(super) static SIGNS: &[V] = &[
    V(
        S::JOINT,
        b'_' as u16,
        "underscore underline unterstrich underbar undrscore guionbajo sublinhado understreep подчеркивание подчерк підкреслення अंडरस्कोर اندرسكور",
    ),
    V(
        S::JOINT,
        b'-' as u16,
        "dash hyphen minus guion tiret bindestrich trattino hifen streepje koppelteken pomlcka spojovnik myslnik lacznik kotojel bindestreck bindestrek \
         bindestreg tavuviiva yhdysviiva viiva liniuta cratima crtica traco дефис тире минус дефіс παύλα डैश हाइफन",
    ),
    V(S::JOINT, b'+' as u16, "plus плюс"),
];
