//! What the demo's own pages say, in the languages of the library's pages.

use axum_cognito::pages::{Language, LanguageLink, Texts};

/// What a page of the demo is written in: its words, those of the library, and the links to it in
/// other languages.
pub(crate) struct Speech {
    pub(crate) words: &'static Words,
    pub(crate) texts: &'static Texts,
    pub(crate) links: Vec<LanguageLink>,
}

impl Speech {
    pub(crate) fn new(texts: &'static Texts, links: &[LanguageLink]) -> Self {
        Self {
            words: Words::of(texts.language),
            texts,
            links: links.to_owned(),
        }
    }
}

impl From<Language> for Speech {
    fn from(language: Language) -> Self {
        Self::new(language.texts, &language.links)
    }
}

/// All that is said in one language. What stands in braces is filled in.
pub(crate) struct Words {
    pub(crate) site: &'static str,
    pub(crate) members: &'static str,
    pub(crate) developers: &'static str,
    pub(crate) home: &'static str,
    hello: &'static str,
    logged_in_as: &'static str,
    pub(crate) about_heading: &'static str,
    pub(crate) about_text: &'static str,
    pub(crate) inbox_hint: &'static str,
    pub(crate) inbox: &'static str,
    pub(crate) seeded_heading: &'static str,
    pub(crate) seeded_text: &'static str,
    pub(crate) about: &'static str,
    /// In the order of [`USERS`](crate::embedded::USERS).
    pub(crate) seeded: [&'static str; 4],
    pub(crate) inbox_text: &'static str,
    pub(crate) inbox_empty: &'static str,
    pub(crate) what_for: &'static str,
    pub(crate) to: &'static str,
    /// What messages are for, by the emulator's names.
    kinds: [(&'static str, &'static str); 6],
    pub(crate) members_heading: &'static str,
    members_text: &'static str,
    pub(crate) not_found: &'static str,
    pub(crate) developers_text: &'static str,
    pub(crate) login_id: &'static str,
    pub(crate) renewed: &'static str,
    pub(crate) expires: &'static str,
    pub(crate) id_claims: &'static str,
    pub(crate) access_claims: &'static str,
}

impl Words {
    /// English for a language that is none of ours.
    pub(crate) fn of(language: &str) -> &'static Self {
        match language {
            "de" => &GERMAN,
            "es" => &SPANISH,
            "fr" => &FRENCH,
            _ => &ENGLISH,
        }
    }

    pub(crate) fn hello(&self, name: &str) -> String {
        self.hello.replace("{name}", name)
    }

    pub(crate) fn logged_in_as(&self, name: &str) -> String {
        self.logged_in_as.replace("{name}", name)
    }

    pub(crate) fn members_text(&self, name: &str) -> String {
        self.members_text.replace("{name}", name)
    }

    pub(crate) fn kind<'a>(&'a self, kind: &'a str) -> &'a str {
        let named = self.kinds.iter().find(|(name, _)| *name == kind);
        named.map_or(kind, |(_, words)| words)
    }
}

pub(crate) static ENGLISH: Words = Words {
    site: "Site",
    members: "Members",
    developers: "For developers",
    home: "Home",
    hello: "Hello {name}",
    logged_in_as: "You are logged in as {name}. Your account, the page for members and, for administrators, the \
                   users are in the menu.",
    about_heading: "An Axum site with a Cognito user pool",
    about_text: "Passwords are checked by SRP, the user gets a row in this site’s own table, and the tokens stay on \
                 the server.",
    inbox_hint: "What the site would mail or text, codes above all, is here:",
    inbox: "Inbox",
    seeded_heading: "Users to try",
    seeded_text: "They live in a user pool inside this process. No AWS account is involved.",
    about: "About",
    seeded: [
        "a user",
        "in the group admins",
        "must choose a password",
        "is asked for a code as well",
    ],
    inbox_text: "The embedded user pool sends nothing. This is what AWS would have sent, newest first.",
    inbox_empty: "Nothing yet.",
    what_for: "What for",
    to: "To",
    kinds: [
        ("attribute", "Verify an address"),
        ("forgot_password", "Reset the password"),
        ("invitation", "Invitation"),
        ("mfa", "Two-step verification"),
        ("otp", "Log in"),
        ("sign_up", "Sign up"),
    ],
    members_heading: "For members",
    members_text: "Only users who are logged in see this page, {name}. Its whole guard:",
    not_found: "There is no such page",
    developers_text: "What users need not see: what Cognito and the library know of this login. No token leaves the \
                      server.",
    login_id: "Login",
    renewed: "Tokens issued",
    expires: "Tokens expire",
    id_claims: "Claims of the ID token",
    access_claims: "Claims of the access token",
};

static FRENCH: Words = Words {
    site: "Site",
    members: "Membres",
    developers: "Pour les développeurs",
    home: "Accueil",
    hello: "Bonjour {name}",
    logged_in_as: "Vous utilisez le compte {name}. Votre compte, la page des membres et, pour les \
                   administrateurs, les utilisateurs se trouvent dans le menu.",
    about_heading: "Un site Axum avec un groupe d’utilisateurs Cognito",
    about_text: "Les mots de passe sont vérifiés par SRP, chaque utilisateur a une ligne dans la table du site, et \
                 les jetons restent sur le serveur.",
    inbox_hint: "Ce que le site enverrait par e-mail ou SMS, surtout les codes, se trouve ici :",
    inbox: "Boîte de réception",
    seeded_heading: "Utilisateurs à essayer",
    seeded_text: "Ils se trouvent dans un groupe d’utilisateurs au sein de ce processus. Aucun compte AWS n’est \
                  nécessaire.",
    about: "À propos",
    seeded: [
        "une utilisatrice",
        "dans le groupe admins",
        "doit choisir un mot de passe",
        "doit aussi saisir un code",
    ],
    inbox_text: "Le groupe d’utilisateurs intégré n’envoie rien. Voici ce qu’AWS aurait envoyé, du plus récent au plus \
                 ancien.",
    inbox_empty: "Rien pour le moment.",
    what_for: "Objet",
    to: "À",
    kinds: [
        ("attribute", "Vérifier une adresse"),
        ("forgot_password", "Réinitialiser le mot de passe"),
        ("invitation", "Invitation"),
        ("mfa", "Vérification en deux étapes"),
        ("otp", "Connexion"),
        ("sign_up", "Inscription"),
    ],
    members_heading: "Pour les membres",
    members_text: "Seuls les utilisateurs connectés voient cette page, {name}. Toute sa protection :",
    not_found: "Cette page n’existe pas",
    developers_text: "Ce que les utilisateurs n’ont pas besoin de voir : ce que Cognito et la bibliothèque savent de \
                      cette connexion. Aucun jeton ne quitte le serveur.",
    login_id: "Connexion",
    renewed: "Jetons émis",
    expires: "Jetons valables jusqu’à",
    id_claims: "Champs du jeton d’identité",
    access_claims: "Champs du jeton d’accès",
};

static GERMAN: Words = Words {
    site: "Website",
    members: "Mitglieder",
    developers: "Für Entwickler",
    home: "Startseite",
    hello: "Hallo {name}",
    logged_in_as: "Sie sind als {name} angemeldet. Ihr Konto, die Seite für Mitglieder und, für Administratoren, die \
                   Benutzer finden Sie im Menü.",
    about_heading: "Eine Axum-Website mit einem Cognito-Benutzerpool",
    about_text: "Passwörter werden über SRP geprüft, jeder Benutzer bekommt eine Zeile in der Tabelle dieser Website, \
                 und die Tokens bleiben auf dem Server.",
    inbox_hint: "Was die Website per E-Mail oder SMS verschicken würde, vor allem Codes, liegt hier:",
    inbox: "Posteingang",
    seeded_heading: "Benutzer zum Ausprobieren",
    seeded_text: "Es gibt sie in einem Benutzerpool in diesem Prozess. Ein AWS-Konto ist nicht nötig.",
    about: "Beschreibung",
    seeded: [
        "eine Benutzerin",
        "in der Gruppe admins",
        "muss ein Passwort wählen",
        "wird auch nach einem Code gefragt",
    ],
    inbox_text: "Der eingebaute Benutzerpool verschickt nichts. Das hier hätte AWS verschickt, das Neueste zuerst.",
    inbox_empty: "Noch nichts.",
    what_for: "Wofür",
    to: "An",
    kinds: [
        ("attribute", "Adresse bestätigen"),
        ("forgot_password", "Passwort zurücksetzen"),
        ("invitation", "Einladung"),
        ("mfa", "Zwei-Faktor-Anmeldung"),
        ("otp", "Anmeldung"),
        ("sign_up", "Registrierung"),
    ],
    members_heading: "Für Mitglieder",
    members_text: "Nur angemeldete Benutzer sehen diese Seite, {name}. Mehr schützt sie nicht:",
    not_found: "Diese Seite gibt es nicht",
    developers_text: "Was Benutzer nicht zu sehen brauchen: was Cognito und die Bibliothek über diese Anmeldung wissen. \
                      Kein Token verlässt den Server.",
    login_id: "Anmeldung",
    renewed: "Tokens ausgestellt",
    expires: "Tokens gültig bis",
    id_claims: "Angaben im ID-Token",
    access_claims: "Angaben im Access-Token",
};

static SPANISH: Words = Words {
    site: "Sitio",
    members: "Miembros",
    developers: "Para desarrolladores",
    home: "Inicio",
    hello: "Hola, {name}",
    logged_in_as: "Has iniciado sesión como {name}. Tu cuenta, la página para miembros y, para administradores, los \
                   usuarios están en el menú.",
    about_heading: "Un sitio de Axum con un grupo de usuarios de Cognito",
    about_text: "Las contraseñas se comprueban con SRP, cada usuario tiene una fila en la tabla del sitio y los tokens \
                 se quedan en el servidor.",
    inbox_hint: "Lo que el sitio enviaría por correo o SMS, sobre todo códigos, está aquí:",
    inbox: "Bandeja de entrada",
    seeded_heading: "Usuarios de prueba",
    seeded_text: "Están en un grupo de usuarios dentro de este proceso. No hace falta una cuenta de AWS.",
    about: "Descripción",
    seeded: [
        "una usuaria",
        "en el grupo admins",
        "debe elegir una contraseña",
        "también tiene que introducir un código",
    ],
    inbox_text: "El grupo de usuarios integrado no envía nada. Esto es lo que AWS habría enviado, primero lo más \
                 reciente.",
    inbox_empty: "Todavía no hay nada.",
    what_for: "Para qué",
    to: "Para",
    kinds: [
        ("attribute", "Verificar una dirección"),
        ("forgot_password", "Restablecer la contraseña"),
        ("invitation", "Invitación"),
        ("mfa", "Verificación en dos pasos"),
        ("otp", "Inicio de sesión"),
        ("sign_up", "Registro"),
    ],
    members_heading: "Para miembros",
    members_text: "Solo los usuarios que han iniciado sesión ven esta página, {name}. Toda su protección:",
    not_found: "Esta página no existe",
    developers_text: "Lo que los usuarios no necesitan ver: lo que Cognito y la biblioteca saben de esta sesión. Ningún \
                      token sale del servidor.",
    login_id: "Sesión",
    renewed: "Tokens emitidos",
    expires: "Tokens válidos hasta",
    id_claims: "Datos del token de identidad",
    access_claims: "Datos del token de acceso",
};
