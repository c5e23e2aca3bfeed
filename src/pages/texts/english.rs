//! English, and with it the list of all texts.

/// Makes the structs of the texts: each field has its English text as documentation, and the
/// constants hold them.
macro_rules! texts {
    ($(
        $(#[$doc:meta])*
        $field:ident: $group:ident {
            $($name:ident: $english:literal,)*
        }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $group {
                $(#[doc = concat!("“", $english, "”")] pub $name: &'static str,)*
            }

            impl $group {
                const ENGLISH: Self = Self { $($name: $english,)* };
            }
        )*

        /// Everything that the pages say in one language.
        ///
        /// Begin a set of your own with one that is there, so that a text which a later version
        /// adds is not missing. Values stand in braces in a text, e.g. `{minutes}`.
        ///
        /// # Examples
        ///
        /// ```
        /// use axum_cognito::pages::{LoginTexts, Pages, Texts};
        ///
        /// static OURS: Texts = Texts {
        ///     login: LoginTexts { heading: "Welcome back", ..Texts::ENGLISH.login },
        ///     ..Texts::ENGLISH
        /// };
        ///
        /// let pages = Pages::new().with_languages([&OURS]);
        /// ```
        #[derive(Clone, Copy, Debug)]
        pub struct Texts {
            /// The language, as a tag of BCP 47, e.g. `en` or `de-CH`.
            pub language: &'static str,
            /// The months, from January on.
            pub months: [&'static str; 12],
            /// What attributes are called, by their names at Cognito.
            pub attributes: &'static [(&'static str, &'static str)],
            $($(#[$doc])* pub $field: $group,)*
        }

        impl Texts {
            /// English.
            pub const ENGLISH: Self = Self {
                language: "en",
                months: MONTHS,
                attributes: ATTRIBUTES,
                $($field: $group::ENGLISH,)*
            };

            /// All texts with their names, e.g. `login.heading`.
            #[cfg(test)]
            pub(super) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$($((
                    concat!(stringify!($field), ".", stringify!($name)),
                    self.$field.$name,
                ),)*)*]
            }
        }
    };
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const ATTRIBUTES: &[(&str, &str)] = &[
    ("address", "Address"),
    ("birthdate", "Date of birth"),
    ("email", "E-mail"),
    ("family_name", "Last name"),
    ("gender", "Gender"),
    ("given_name", "First name"),
    ("locale", "Language"),
    ("middle_name", "Middle name"),
    ("name", "Name"),
    ("nickname", "Nickname"),
    ("phone_number", "Phone number"),
    ("picture", "Picture"),
    ("preferred_username", "Preferred user name"),
    ("profile", "Profile"),
    ("website", "Website"),
    ("zoneinfo", "Time zone"),
];

texts! {
    /// What many pages say.
    common: CommonTexts {
        back_to_details: "Back to your details",
        back_to_login: "Back to the login page",
        back_to_site: "Back to the site",
        next_page: "Next page",
        go_on: "Continue",
        none: "none",
        start_again: "Start again",
    }

    /// Dates and times, in UTC.
    dates: DateTexts {
        date: "{day} {month} {year}, {time}",
        time: "{hour}:{minute} UTC",
    }

    /// The labels of fields, and what is said below them.
    fields: FieldTexts {
        username: "User name",
        password: "Password",
        current_password: "Current password",
        new_password: "New password",
        code: "Code",
        app_code: "Six-digit code",
        answer: "Answer",
        phone_number_hint: "With the country code and without spaces, such as +442079460000.",
    }

    /// What is wrong with what somebody typed.
    mistakes: MistakeTexts {
        login_refused: "The user name or the password is not right, or the account cannot be used yet.",
        unavailable: "The service that checks logins cannot be reached. Please try again in a moment.",
        username_missing: "Please enter your user name.",
        password_missing: "Please enter your password.",
        password_wrong: "This is not your password.",
        new_password_missing: "Please choose a password.",
        password_too_weak: "This password does not follow the rules.",
        password_used_before: "You have used this password before.",
        code_missing: "Please enter the code.",
        code_wrong: "This code is not right. Please try again.",
        value_missing: "Please fill this in.",
        value_refused: "This was refused.",
        choice_missing: "Please choose one.",
        too_many_tries: "Too many tries. Please wait a while before the next.",
        sign_up_refused: "This sign-up is not possible here.",
        passkey_refused: "This passkey was not accepted. Please try again.",
    }

    /// What has happened.
    notices: NoticeTexts {
        login_ended: "That login has ended, perhaps because it took too long. Please start again.",
        account_confirmed: "Your account is confirmed. You can log in now.",
        password_reset: "Your password is changed. You can log in now.",
        saved: "Your change is saved.",
        code_sent: "A code is on its way.",
        code_may_be_sent: "If there is such an account, a code is on its way.",
    }

    /// The login page.
    login: LoginTexts {
        heading: "Log in",
        submit: "Log in",
        other_ways: "Log in without the password",
        forgot_password: "Forgot your password?",
        new_here: "New here?",
        sign_up: "Sign up",
        confirm_account: "Confirm your account",
    }

    /// The pages of the challenges.
    challenge: ChallengeTexts {
        less_than_a_minute: "You have less than a minute.",
        about_a_minute: "You have about a minute.",
        minutes_left: "You have about {minutes} minutes, until {until}.",
        code_heading: "Enter your code",
        code_sent: "A code was sent.",
        code_sent_to: "A code was sent to {destination}.",
        app_code: "Open your authenticator app and type the six digits that it shows.",
        app_code_for: "Open your authenticator app and type the six digits that it shows for “{device}”.",
        custom_heading: "One more question",
        new_password_heading: "Choose a new password",
        new_password_intro: "The password you have is a temporary one. Choose your own to go on.",
        select_mfa_heading: "Choose how to go on",
        select_mfa_intro: "Your account has more than one second factor.",
        select_mfa_legend: "Second factor",
        select_heading: "How would you like to log in?",
        select_legend: "Ways to log in",
        password_heading: "Enter your password",
        password_intro: "For the account {username}.",
        by_password: "Your password",
        by_passkey: "A passkey",
        by_mail: "A code by mail",
        by_text_message: "A code by text message",
        by_app: "A code from your authenticator app",
        mfa_setup_heading: "Set up a second factor",
        app_setup: "Scan this with an authenticator app, or type the key into it. Then enter the code that the app shows.",
        app_picture: "QR code of the key below",
        mail_setup_heading: "Codes by mail",
        mail_setup_submit: "Use codes by mail",
        passkey_heading: "Use your passkey",
        passkey_intro: "Your device asks you to confirm that it is you.",
        passkey_submit: "Use the passkey",
        unknown_heading: "This cannot be answered here",
        unknown_text: "To log you in, the user pool asks for {name}. This site has no page for that. Please ask the people who run the site.",
    }

    /// Signing up.
    sign_up: SignUpTexts {
        heading: "Sign up",
        submit: "Create an account",
        log_in: "Log in instead",
        confirm_heading: "Confirm your account",
        confirm_submit: "Confirm",
        resend: "Send the code again",
    }

    /// Forgotten and changed passwords.
    password: PasswordTexts {
        forgot_heading: "Forgot your password?",
        forgot_intro: "Enter your user name, and a code is sent to your address.",
        forgot_submit: "Send a code",
        reset_heading: "Choose a new password",
        reset_submit: "Set the new password",
        reset_again: "Send another code",
        change_heading: "Change your password",
        change_intro: "For the account {username}.",
        change_submit: "Change the password",
    }

    /// The user's details.
    profile: ProfileTexts {
        heading: "Your details",
        joined: "Joined",
        account_links: "Your account",
        at_cognito: "At Cognito",
        cognito_unreachable: "Cognito cannot be reached at the moment, so these details are left out.",
        this_login: "This login",
        groups: "Groups",
        logged_in: "Logged in",
        tokens_expire: "Tokens expire",
        log_out: "Log out",
        log_out_everywhere: "Log out everywhere",
        verify: "Verify: {attribute}",
    }

    /// Changing one's details.
    account: AccountTexts {
        edit_heading: "Change your details",
        edit_submit: "Save",
        verify_heading: "Verify your address",
        verify_intro: "Enter the code that was sent to you ({attribute}), or have one sent.",
        verify_submit: "Verify",
        verify_send: "Send a code",
    }

    /// Second factors.
    mfa: MfaTexts {
        heading: "Second factor",
        none: "Your password alone opens your account. With an authenticator app, it takes a code as well.",
        some: "After your password, you are asked for:",
        preferred: "(asked for first)",
        set_up: "Set up an authenticator app",
        set_up_another: "Set up another authenticator app",
        submit: "Switch on",
        cancel: "Do not set up an app now",
        app_off: "Switch the authenticator app off",
        prefer_app: "Ask for the authenticator app first",
        mail_on: "Use codes by mail",
        mail_off: "Switch codes by mail off",
        prefer_mail: "Ask for a code by mail first",
        text_message_on: "Use codes by text message",
        text_message_off: "Switch codes by text message off",
        prefer_text_message: "Ask for a code by text message first",
    }

    /// Devices.
    devices: DeviceTexts {
        heading: "Devices",
        none: "No device is remembered.",
        nameless: "A device without a name",
        this_browser: "This browser",
        last_used: "Last used {date}",
        forget: "Forget",
        forget_named: "Forget {name}",
        remember: "Trust this browser",
    }

    /// The logins of a user in all browsers.
    logins: LoginListTexts {
        heading: "Where you are logged in",
        none: "This site does not keep a list of your logins.",
        nameless: "A browser that does not say what it is",
        since: "Since {date}, last used {seen}",
        end: "Log out there",
        end_named: "Log out there, where the login began on {date}",
    }

    /// Passkeys.
    passkeys: PasskeyTexts {
        heading: "Passkeys",
        none: "You have no passkey yet. With one you log in by your fingerprint, your face or a PIN.",
        added: "Added {date}",
        add: "Add a passkey",
        delete: "Delete",
        delete_named: "Delete {name}",
        unavailable: "Passkeys are not switched on for this site.",
        unsupported: "This browser cannot use passkeys here.",
        failed: "Nothing was confirmed. Please try again.",
    }

    /// The list of all users.
    users: UserListTexts {
        heading: "Users",
        intro: "Everybody who has logged in to this site.",
        none: "There are no more users.",
        name: "Full name",
        is_active: "May log in",
        last_login: "Last login",
        never: "never",
        yes: "yes",
        no: "no",
        first_page: "From the beginning",
        end_logins: "End all logins",
        end_logins_of: "End all logins of {name}",
        logins_ended: "All logins of this user have ended.",
    }

    /// Logging out.
    logout: LogoutTexts {
        heading: "Log out?",
        intro: "You will have to log in again to come back.",
        submit: "Log out",
        stay: "Stay logged in",
    }

    /// What went wrong.
    errors: ErrorTexts {
        to_login: "Go to the login page",
        to_home: "Go to the home page",
        forbidden_heading: "You may not see this page",
        forbidden_text: "You are logged in, but this page is for others.",
        cross_site_heading: "This form came from another site",
        cross_site_text: "Nothing was done. If you meant to do this, please go back and try again here.",
        method_heading: "This is not possible here",
        method_text: "This page cannot be asked for in this way.",
        no_account_heading: "There is nothing to change here",
        no_account_text: "This login does not come from a user pool that this site could ask.",
        too_long_heading: "This is too long",
        too_long_text: "What was sent is longer than this form can be.",
        conflict_heading: "Your account cannot be opened here",
        conflict_text: "Something in it, such as the address, belongs to another account of this site. Please tell those who run it.",
        too_many_heading: "Too many tries",
        too_many_text: "Please wait a while before the next one.",
        unavailable_heading: "Please try again in a moment",
        unavailable_text: "The service that checks logins cannot be reached. Nothing is lost.",
        internal_heading: "Something is wrong on our side",
        internal_text: "We have been told, and will look into it.",
        unreadable_heading: "This form could not be read",
        unreadable_text: "Please go back and fill it in again.",
    }
}
