//! Everyday words: never a handle or the local part of an address by themselves.

use super::Senses as S;
use super::Words as W;

pub(super) static ROWS: &[W] = &[W(
    S::STOP,
    "a able about above account accounts across active actually add added after again ago ahead all almost alone along already \
     also although always am amazing among an and any anybody anymore anyone anything anyway app apps are area around as \
     ask asked at available away awesome awful baby back bad bag banned be beautiful because become been before began behind \
     being believe below best better between big birthday bit block blocked book booked booking both bother bottom break \
     bring broken brother brought bring bus business busy but buy by call called calls came can cannot car card care \
     cat change chat cheap check child children clean cleaning clear click close closed coffee cold come comes coming \
     contact cool correct could couple crazy customer customers cute daily dead dear deal deleted did different dinner \
     disabled do does dog dogs doing done door down dr drive due during each early easy eat either else email empty end \
     english enough even evening ever every everybody everyone everything exactly except expensive face fact family \
     famous far fast father favorite feed feel few find fine first fix follow followers following food for forever forget \
     forgot found free friday friend friends from front full fun funny game gave gentle get gets getting girl give given \
     glad go god goes going gone good got great group guess guest gym guys had half hand hang happen happened happy hard \
     has have having he head hear heard hell hello help her here hey hi high him his hit hold home hope hot hotel hour \
     hours house how however huge hungry hurt husband i idea if important in inbox info inside instead into is issue \
     it its job just keep kept key kid kids kind knew know known lady large last late later laugh learn least leave left \
     less let lets like list listen little live ll local location locked long look looked looking looks lost lot lots love \
     lovely low lunch made mad main make makes making man many market match matter maybe me mean meant meet meeting member \
     men message messages might mind mine minute minutes miss missed mom moment monday money month months more morning most \
     mother move much mum music must my myself name near need needed needs never new news next nice night no nobody none \
     noon nope normal not nothing now number numbers of off offer office offline often oh ok okay old on once one ones \
     online only open option or order other others our out outside over own page paid park part party password past pay \
     people perfect perhaps person personal phone photo photos pic pick picked pics picture pictures place places plan \
     plane play please plus point popular possible post posted posts pretty price prices private probably problem profile \
     public put question quick quiet quite rain ran rather read ready real really reason received recently red remember \
     reply rest right room run running sad safe said same sat saturday save saw say saying says school search second see \
     seems seen self sell send sent serious service set several shall she shop short should show shut sick side sign since \
     sir sister sit site slow small so social some somebody somehow someone something sometimes somewhere son soon sorry \
     sort sound sounds speak special spot stand start started stay still stop store stories story street strong \
     student stuff stupid style such sunday super support sure sweet table take taken taking talk tell ten terrible text \
     than thank thanks that the their them then there these they thing things think this those though thought through \
     thru thursday tight till time times tired to today together told tomorrow tonight too took top totally town trip true \
     try trying tuesday turn tv two type u under understand until up updated upon ur us use used useful user using usually \
     vacation ve very video videos view visit wait waiting walk want wanted wants was watch watching water way we website \
     wednesday week weekend weekly weeks welcome well went were what whatever when where which while white who whole why \
     wife will wish with within without woman women won wonder work worked working works world worry worse worst would \
     write wrong ya yeah year years yes yesterday yet you young your yours yourself gorgeous brilliant fantastic congratulations screenshot \
     screenshots marketplace advertised notifications \
     church college home hospital midnight least uni urs all hacked suspended glitchy laggy slow addictive boring \
     overrated annoying trash garbage weird fake scam private feature features channel channels chatgroup groupchat filter \
     filters ads ad reel reels dms dm post link links button icon theme version update updates ones same better easier \
     faster cheaper worse friendly connected disconnected linked logged login logout signup error errors notification \
     crash crashed crashing acting frozen media import everyone channel override charset keyframes param return author everybody supports test score scores property staticmethod classmethod dataclass fixture deprecated component injectable \
     autowired nullable inject decorator mixin include apply container tailwind \
     team staff crew standard medium reception counter entrance loose stiff stuck jammed rusty cracked vide leer vacia vazia vuota leeg pusta \
     el la los las un una del que en por para con mi tu su es muy mas pero como cuando donde aqui hola gracias si no \
     der die das ein eine und oder aber nicht mit von zu ist sind war wird ich du er wir ihr mein dein hier da kaputt \
     le les des du et ou mais pas avec pour dans sur je il nous vous mon ma ton ta est sont ici merci oui non \
     o os as um uma e ou mas nao meu minha voce aqui obrigado il lo gli di che per sono mio mia qui grazie \
     maar naar voor bij het niet ook wel graag even mij ons jou jullie bitte gerne einfach uber dich mich dir mir uns euch \
     noch schon auch chez vers bien favor hacia desde tambien nosotros voce pra gente anche subito pure bhejo bhej dena \
     karna lo dekho yahan wahan \
     hai ka ki ke se ko me main mera meri aap tum nahi haan kya bhi \
     na segunda terca quarta sexta sabado domingo hoje amanha lunes martes miercoles jueves viernes manana lundi mardi mercredi jeudi \
     vendredi samedi dimanche demain montag dienstag mittwoch donnerstag freitag samstag sonntag heute morgen lunedi martedi mercoledi \
     giovedi venerdi domani oggi \
     на по не то это как вы мы он она оно они а и в с к у о от до за из про для или но да что где когда там тут мой моя мое мои наш \
     наша наше ваш ваша есть был будет уже еще все можно надо нужно тоже очень меня мне тебя вас нам вам сегодня завтра привет спасибо \
     στο στη στην στον σε το τα η ο και από με μου σου μας σας για να θα είναι πάρε \
     है हैं पर में की का के से को ने और या यह वो मेरा मेरी मेरे हमारा हमारी आप भेज दीजिए करो करें करना कर भेजो भेजें लिखो लिखें देखो देखें \
     whatever lol lmao omg btw idk imo tbh haha hahaha pls plz thx ty np yep nah yup hmm ugh wow gonna wanna gotta",
)];
