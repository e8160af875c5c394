//! The names, titles and departments that people are made of: invented, of many languages, with
//! the accents, apostrophes, hyphens and scripts that real directories have. Each name stands with
//! the form that an e-mail address takes of it.

/// First names.
pub(crate) const GIVEN: &[(&str, &str)] = &[
    ("Zoë", "zoe"),
    ("Amélie", "amelie"),
    ("Renée", "renee"),
    ("François", "francois"),
    ("Anaïs", "anais"),
    ("Jürgen", "juergen"),
    ("Käthe", "kaethe"),
    ("Björn", "bjoern"),
    ("Lukas", "lukas"),
    ("Mia", "mia"),
    ("Søren", "soren"),
    ("Åsa", "asa"),
    ("Øyvind", "oyvind"),
    ("Aino", "aino"),
    ("Päivi", "paivi"),
    ("Seán", "sean"),
    ("Siobhán", "siobhan"),
    ("Niamh", "niamh"),
    ("Grace", "grace"),
    ("Oliver", "oliver"),
    ("Mary-Jane", "mary-jane"),
    ("D'Angelo", "dangelo"),
    ("José", "jose"),
    ("Begoña", "begona"),
    ("Íñigo", "inigo"),
    ("Lucía", "lucia"),
    ("João", "joao"),
    ("Conceição", "conceicao"),
    ("Giulia", "giulia"),
    ("Niccolò", "niccolo"),
    ("Łukasz", "lukasz"),
    ("Małgorzata", "malgorzata"),
    ("Jiří", "jiri"),
    ("Věra", "vera"),
    ("Žofia", "zofia"),
    ("Đorđe", "djordje"),
    ("Željka", "zeljka"),
    ("Ștefan", "stefan"),
    ("Ilinca", "ilinca"),
    ("Győző", "gyozo"),
    ("Réka", "reka"),
    ("Rūta", "ruta"),
    ("Jānis", "janis"),
    ("Γιώργος", "giorgos"),
    ("Ελένη", "eleni"),
    ("Ольга", "olga"),
    ("Тарас", "taras"),
    ("İrem", "irem"),
    ("Çağlar", "caglar"),
    ("Noor", "noor"),
    ("Youssef", "youssef"),
    ("Chidi", "chidi"),
    ("Ngozi", "ngozi"),
    ("Thandiwe", "thandiwe"),
    ("Priya", "priya"),
    ("Arjun", "arjun"),
    ("Nguyệt", "nguyet"),
    ("Minh", "minh"),
    ("Yōko", "yoko"),
    ("Haruto", "haruto"),
    ("Ji-woo", "ji-woo"),
    ("Wei", "wei"),
    ("Kalani", "kalani"),
    ("Aroha", "aroha"),
];

/// Last names.
pub(crate) const FAMILY: &[(&str, &str)] = &[
    ("O'Brien", "o'brien"),
    ("O'Neill", "o'neill"),
    ("Mac an tSaoir", "macantsaoir"),
    ("Smith", "smith"),
    ("Taylor-Jones", "taylor-jones"),
    ("Fitzgerald", "fitzgerald"),
    ("D'Amico", "d'amico"),
    ("Dell'Acqua", "dell'acqua"),
    ("Esposito", "esposito"),
    ("L'Écuyer", "lecuyer"),
    ("Lefèvre", "lefevre"),
    ("Benoît", "benoit"),
    ("Châtelain", "chatelain"),
    ("Müller", "mueller"),
    ("Größer", "groesser"),
    ("Weiß", "weiss"),
    ("von der Heide", "vonderheide"),
    ("Jäger", "jaeger"),
    ("van 't Hoff", "vanthoff"),
    ("de Vries", "devries"),
    ("Peeters", "peeters"),
    ("Ødegård", "odegard"),
    ("Sørensen", "sorensen"),
    ("Åkesson", "akesson"),
    ("Mäkelä", "makela"),
    ("Þórsdóttir", "thorsdottir"),
    ("García Márquez", "garcia.marquez"),
    ("Núñez", "nunez"),
    ("Ibáñez", "ibanez"),
    ("Gonçalves", "goncalves"),
    ("Magalhães", "magalhaes"),
    ("Wójcik", "wojcik"),
    ("Błaszczykowska", "blaszczykowska"),
    ("Dvořák", "dvorak"),
    ("Němcová", "nemcova"),
    ("Šimková", "simkova"),
    ("Đoković", "djokovic"),
    ("Živković", "zivkovic"),
    ("Țepeș", "tepes"),
    ("Ionescu", "ionescu"),
    ("Szabó", "szabo"),
    ("Kőszegi", "koszegi"),
    ("Kazlauskaitė", "kazlauskaite"),
    ("Bērziņš", "berzins"),
    ("Παπαδόπουλος", "papadopoulos"),
    ("Шевченко", "shevchenko"),
    ("Yıldırım", "yildirim"),
    ("Öztürk", "ozturk"),
    ("El-Sayed", "el-sayed"),
    ("Haddad", "haddad"),
    ("Okafor", "okafor"),
    ("N'Diaye", "n'diaye"),
    ("Dlamini", "dlamini"),
    ("Krishnamurthy", "krishnamurthy"),
    ("Patel", "patel"),
    ("Nguyễn", "nguyen"),
    ("Trần", "tran"),
    ("Satō", "sato"),
    ("Tanaka", "tanaka"),
    ("Kim", "kim"),
    ("Li", "li"),
    ("Kahananui", "kahananui"),
    ("Ngata", "ngata"),
    ("Null", "null"),
];

/// Careers in a contact centre, each from its first step up.
pub(crate) const CAREERS: &[&[&str]] = &[
    &["Customer Service Agent", "Senior Customer Service Agent", "Team Lead", "Operations Manager"],
    &["Technical Support Agent", "Senior Technical Support Agent", "Support Team Lead"],
    &["Sales Agent", "Senior Sales Agent", "Sales Team Lead"],
    &["Back Office Clerk", "Back Office Specialist", "Back Office Coordinator"],
    &["Retention Agent", "Retention Specialist", "Retention Team Lead"],
    &["Quality Analyst", "Senior Quality Analyst", "Quality & Training Lead"],
    &["Real-Time Analyst", "Workforce Planner", "Workforce Manager"],
];

/// Departments of a contact centre.
pub(crate) const DEPARTMENTS: &[&str] = &[
    "Inbound Service",
    "Technical Support",
    "Outbound Sales",
    "Back Office",
    "Retention",
    "Complaints",
    "Chat & Messaging",
    "Premium Care",
    "Quality & Training",
    "Workforce Management",
];

/// The domains that are nobody's (RFC 2606 §3).
pub(crate) const DOMAINS: &[&str] = &["example.com", "example.org"];

/// The title one step above, or the first step of a career for a title at its top.
pub(crate) fn next_title(title: &str) -> Option<&'static str> {
    CAREERS.iter().find_map(|steps| {
        let at = steps.iter().position(|step| *step == title)?;
        steps.get(at.saturating_add(1)).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_ascii() {
        for (name, login) in GIVEN.iter().chain(FAMILY) {
            let good = |c: char| c.is_ascii_lowercase() || "'-.".contains(c);
            assert!(!login.is_empty() && login.chars().all(good), "{name}: {login}");
        }
    }

    #[test]
    fn careers_end() {
        assert_eq!(next_title("Team Lead"), Some("Operations Manager"));
        assert_eq!(next_title("Operations Manager"), None);
    }
}
