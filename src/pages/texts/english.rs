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
            /// What the language calls itself.
            pub name: &'static str,
            /// The direction of its script: `ltr` or `rtl`.
            pub direction: &'static str,
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
                name: "English",
                direction: "ltr",
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
        back_to_login: "Back to login",
        back_to_site: "Back to the site",
        cancel: "Cancel",
        next_page: "Next page",
        go_on: "Continue",
        language: "Language",
        start_again: "Start again",
        wrong: "Error:",
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
        show: "Show",
        hide: "Hide",
        show_password: "Show password",
        hide_password: "Hide password",
        caps_lock: "Caps Lock is on.",
        copy: "Copy",
        copied: "Copied",
        wait: "You can ask for a new code in {seconds} s.",
        phone_number_hint: "Include the country code and no spaces, such as +442079460000.",
    }

    /// What is wrong with what somebody typed.
    mistakes: MistakeTexts {
        login_refused: "Wrong user name or password, or the account isn’t confirmed yet.",
        way_refused: "You can’t log in this way. Use your password or another way.",
        unavailable: "We can’t reach our login service right now. Please try again.",
        username_missing: "Enter your user name.",
        username_malformed: "User names can’t contain spaces and have at most 128 characters.",
        password_missing: "Enter your password.",
        password_wrong: "Your current password is wrong.",
        current_password_missing: "Enter your current password.",
        new_password_missing: "Choose a password.",
        password_malformed: "Passwords can’t start or end with a space and have at most 256 characters.",
        password_too_weak: "Choose a stronger password: {rule}.",
        password_used_before: "You’ve used this password before. Choose a different one.",
        code_missing: "Enter the code.",
        code_wrong: "That code is wrong or has expired.",
        reset_refused: "That code is wrong or has expired, or the password doesn’t meet the rules.",
        code_used: "That code has already been used. Wait for your app to show a new one.",
        code_not_sent: "We couldn’t send the code. Check the address, or try again later.",
        value_missing: "Fill in this field.",
        value_refused: "We couldn’t accept this.",
        value_malformed: "This value isn’t valid.",
        email_malformed: "Enter an e-mail address, such as name@example.com.",
        phone_number_malformed: "Enter a phone number with its country code, such as +442079460000.",
        alias_taken: "Another account already uses this ({attribute}).",
        attribute_fixed: "You can’t change one of these details here.",
        choice_missing: "Choose one.",
        too_many_tries: "Too many attempts. Try again in {seconds} s.",
        try_again_later: "Too many attempts. Try again later.",
        sign_up_refused: "We couldn’t create this account.",
        passkey_refused: "We couldn’t accept this passkey. Please try again.",
        not_offered: "This site doesn’t offer that.",
        other_challenge: "You’ve started another login in this browser. Continue with it here, or start again.",
        managed_cancelled: "You didn’t finish logging in. Try again, or choose another way.",
        managed_expired: "That took too long, or the page was opened twice. Please log in again.",
        managed_failed: "The login failed on the other side. Try again, or choose another way.",
        managed_not_allowed: "This account can’t log in here.",
        managed_not_proved: "We couldn’t confirm that it’s you. Log in with the same account again.",
        email_domain_unknown: "There’s no login for this address. Check it, or choose another way.",
        cookie_lost: "Your browser didn’t keep our login cookie. Allow cookies for this site (over https, if it uses that), then log in again.",
    }

    /// What has happened.
    notices: NoticeTexts {
        login_ended: "Your login timed out. Please log in again.",
        account_confirmed: "Account confirmed. You can log in now.",
        password_reset: "Password changed. You can log in now.",
        password_reset_alone: "Password changed. Log in now to log out every browser that used the old one.",
        saved: "Changes saved.",
        password_changed: "Password changed.",
        address_verified: "Address verified.",
        passkey_added: "Passkey added.",
        passkey_removed: "Passkey removed.",
        other_login_ended: "Logged out there.",
        device_trusted: "This browser is trusted from now on.",
        device_forgotten: "Device forgotten.",
        second_factor_changed: "Two-step verification updated.",
        code_sent: "We’ve sent you a code.",
        code_may_be_sent: "We’ve sent you a code.",
        reset_code_may_be_sent: "If this account exists, we’ve sent it a code. Nothing there? Check spam, or try again.",
    }

    /// The login page.
    login: LoginTexts {
        heading: "Log in",
        submit: "Log in",
        again_heading: "Confirm it’s you",
        again_intro: "To continue, log in again as",
        again_submit: "Continue",
        passkey: "Log in with a passkey",
        other_ways: "Other ways to log in",
        forgot_password: "Forgot your password?",
        new_here: "New here?",
        sign_up: "Create an account",
        have_a_code: "Have a code?",
        confirm_account: "Confirm your account",
        continue_with: "Continue with {provider}",
        continue_at_domain: "Continue to our login page",
        or: "or",
        work_email: "Work e-mail address",
        work_email_submit: "Continue with work e-mail",
        sent_on_heading: "One moment…",
        sent_on_text: "We’re taking you to the next page of the login.",
        sent_on_link: "Continue",
    }

    /// The pages of the challenges.
    challenge: ChallengeTexts {
        less_than_a_minute: "Less than a minute left.",
        about_a_minute: "About a minute left.",
        time_left: "{time} left",
        almost_over: "Less than 30 seconds left.",
        time_over: "Time’s up. Please start again.",
        minutes_left: "About {minutes} minutes left, until {until}.",
        code_heading: "Enter your code",
        code_sent: "Enter the code we sent you.",
        code_sent_to: "Enter the code we sent to {destination}.",
        app_code: "Enter the six-digit code from your authenticator app.",
        app_code_for: "Enter the six-digit code from your authenticator app for “{device}”.",
        custom_heading: "One more question",
        new_password_heading: "Choose a new password",
        new_password_intro: "Your password is temporary. Choose a new one to continue.",
        select_mfa_heading: "Choose a verification method",
        select_mfa_intro: "Your account has more than one.",
        select_mfa_legend: "Verification methods",
        select_heading: "How would you like to log in?",
        select_legend: "Ways to log in",
        password_heading: "Enter your password",
        password_intro: "Logging in as {username}.",
        by_password: "Password",
        by_passkey: "Passkey",
        by_mail: "E-mail me a code",
        by_text_message: "Text me a code",
        by_app: "Authenticator app",
        mfa_setup_heading: "Set up two-step verification",
        mfa_setup_elsewhere: "Your account needs a second step that can’t be set up here. Please contact the people who run this site.",
        no_way_to_log_in: "Your account has no way to log in here yet. Please contact the people who run this site.",
        app_setup: "Scan this QR code with your authenticator app, or enter the key by hand. Then enter the code the app shows.",
        app_picture: "QR code for the key below",
        mail_setup_heading: "Codes by e-mail",
        mail_setup_submit: "Use codes by e-mail",
        passkey_heading: "Use your passkey",
        passkey_intro: "When you continue, your device will ask for your fingerprint, face or PIN.",
        passkey_submit: "Use passkey",
        another_way: "Try another way",
        resend: "Send a new code",
        unknown_heading: "You can’t continue here",
        unknown_text: "Logging in needs a step ({name}) that this site doesn’t support. Please contact the people who run it.",
    }

    /// Signing up.
    sign_up: SignUpTexts {
        heading: "Create an account",
        submit: "Create account",
        log_in: "Already registered? Log in",
        confirm_heading: "Confirm your account",
        confirm_intro: "We’ve sent you a code. Nothing there? Check spam, or log in if you already have an account.",
        confirm_enter: "Enter your user name and the code we sent you.",
        confirm_submit: "Confirm",
        resend: "Send a new code",
    }

    /// Forgotten and changed passwords.
    password: PasswordTexts {
        forgot_heading: "Forgot your password?",
        forgot_intro: "Enter your user name and we’ll send you a code.",
        forgot_submit: "Send code",
        reset_heading: "Choose a new password",
        reset_submit: "Change password",
        reset_again: "Send a new code",
        change_heading: "Change password",
        change_intro: "For the account {username}.",
        change_submit: "Change password",
        needs_chars: "At least {count} characters",
        needs_uppercase: "An uppercase letter",
        needs_lowercase: "A lowercase letter",
        needs_digit: "A number",
        needs_symbol: "A symbol, such as ! or ?",
        met: "(done)",
        rule_any: "one that is harder to guess",
        rule_longer: "make it longer",
        rule_uppercase: "add an uppercase letter",
        rule_lowercase: "add a lowercase letter",
        rule_digit: "add a number",
        rule_symbol: "add a symbol, such as ! or ?",
    }

    /// The user's details.
    profile: ProfileTexts {
        heading: "Your account",
        joined: "Member since",
        groups: "Groups",
        logged_in: "Logged in",
        log_out: "Log out",
        log_out_everywhere: "Log out everywhere",
        verify: "Verify: {attribute}",
    }

    /// The sections of the account.
    sections: SectionTexts {
        label: "Account",
        overview: "Overview",
        profile: "Profile",
        security: "Security",
        sessions: "Sessions",
        identities: "Connected accounts",
        data: "Your data",
        on: "On",
        off: "Off",
        no_passkey: "None yet",
        one_passkey: "1 passkey",
        passkeys: "{count} passkeys",
        manage: "Manage",
        text_messages: "Codes by text message",
    }

    /// Changing one’s details.
    account: AccountTexts {
        edit_heading: "Edit your details",
        edit_submit: "Save",
        verify_heading: "Verify your address",
        verify_intro: "Enter the code we sent you ({attribute}).",
        verify_submit: "Verify",
        verify_send: "Send a new code",
    }

    /// Second factors.
    mfa: MfaTexts {
        heading: "Two-step verification",
        none: "Two-step verification is off.",
        some: "Two-step verification is on. After your password, we ask for:",
        preferred: "(default)",
        set_up: "Set up an authenticator app",
        set_up_another: "Replace authenticator app",
        submit: "Turn on",
        app_off: "Turn off authenticator app",
        prefer_app: "Make authenticator app the default",
        mail_on: "Turn on codes by e-mail",
        mail_off: "Turn off codes by e-mail",
        prefer_mail: "Make e-mail the default",
        text_message_on: "Turn on codes by text message",
        text_message_off: "Turn off codes by text message",
        prefer_text_message: "Make text message the default",
        off_text: "You won’t be asked for this code when you log in.",
        last_off_text: "Your password alone will be enough to log in, for you and for anyone who finds it out.",
    }

    /// Devices.
    devices: DeviceTexts {
        heading: "Devices",
        none: "No remembered devices.",
        unavailable: "This site doesn’t remember devices.",
        nameless: "Unnamed device",
        this_browser: "This browser",
        last_used: "Last used {date}",
        forget: "Forget",
        forget_named: "Forget {name}",
        remember: "Trust this browser",
    }

    /// The logins of a user in all browsers.
    logins: LoginListTexts {
        heading: "Where you’re logged in",
        none: "This site doesn’t keep a list of your logins.",
        nameless: "Unknown browser",
        since: "Since {date}, last used {seen}",
        end: "Log out",
        end_named: "Log out the login of {date}",
    }

    /// Passkeys.
    passkeys: PasskeyTexts {
        heading: "Passkeys",
        intro: "When you continue, your device will ask for your fingerprint, face or PIN.",
        none: "A passkey lets you log in with your fingerprint, face or PIN.",
        added: "Added {date}",
        add: "Add a passkey",
        delete: "Remove",
        delete_named: "Remove {name}",
        delete_text: "You won’t be able to log in with “{name}” any more.",
        unavailable: "This site doesn’t offer passkeys.",
        unsupported: "This browser can’t use passkeys here.",
        needs_script: "Passkeys need JavaScript.",
        already_here: "This device already has a passkey for your account.",
        failed: "That was cancelled or didn’t work.",
        offer_heading: "Log in faster next time",
        offer_text: "Add a passkey, and log in with your fingerprint, face or PIN instead of your password.",
        offer_later: "Not now",
    }

    /// Connected identity providers.
    identities: IdentityTexts {
        heading: "Connected accounts",
        intro: "You can log in with an account that you have elsewhere.",
        none: "No other account is connected.",
        connected: "Connected. You can use it to log in from now on.",
        disconnected: "Disconnected. It no longer logs you in here.",
        connect: "Connect {provider}",
        disconnect: "Disconnect",
        disconnect_named: "Disconnect {provider}",
        last: "You can’t disconnect this: you’d have no other way to log in.",
        in_use: "That account is already used: it has an account of its own here. Log in with it to see, or connect another one.",
        not_possible: "You log in through another provider, so nothing else can be connected to your account.",
        too_many: "You’ve connected as many accounts as possible. Disconnect one first.",
        not_proved: "We couldn’t confirm that the other account is yours. Try again, and log in there when you’re asked.",
        cancelled: "You didn’t finish logging in there. Nothing was connected.",
        expired: "That took too long, or the page was opened twice. Please connect it again.",
        failed: "The login failed on the other side. Nothing was connected.",
        not_allowed: "That account can’t be used here.",
    }

    /// A copy of one’s data, and the end of the account.
    data: DataTexts {
        heading: "Your data",
        export_heading: "Get a copy",
        export_text: "Your details, groups and logins, in one file (JSON).",
        export_submit: "Download your data",
        delete_heading: "Delete your account",
        delete_text: "This deletes the account {account} for good and logs you out everywhere. It can’t be undone.",
        delete_field: "To confirm, enter {account}",
        delete_submit: "Delete account",
        not_confirmed: "Enter exactly this: {account}",
        deleted_heading: "Account deleted",
        deleted_text: "Your account is deleted, and you’re logged out everywhere.",
    }

    /// The list of all users.
    users: UserListTexts {
        heading: "Users",
        none: "No users found.",
        name: "Full name",
        status: "Status",
        active: "Active",
        inactive: "Disabled",
        everybody: "All",
        group: "Group",
        groups_unavailable: "We can’t load the groups right now.",
        group_rows: "Members who have never logged in here aren’t listed.",
        group_part: "This is a large group. You’re searching up to {number} of its members at a time.",
        first_members: "First members",
        more_members: "More members",
        last_login: "Last login",
        never: "Never",
        search: "Search by name or e-mail",
        search_submit: "Search",
        pages: "Pages",
        previous_page: "Previous page",
        back: "Back to all users",
        actions: "Actions",
        no_logins: "Not logged in anywhere.",
        events: "Recent activity",
        event_login: "Login",
        event_sign_up: "Sign-up",
        event_reset: "Password reset",
        event_password: "Password change",
        event_code: "New code",
        event_other: "Other",
        event_failed: "Failed",
        event_unfinished: "Not finished",
        event_suspicious: "Suspicious",
        event_blocked: "Blocked",
        state: "Account",
        confirmed: "Confirmed",
        unconfirmed: "Not confirmed yet",
        invited_state: "Invited, with a temporary password",
        reset_required: "Must reset the password",
        end_logins: "Log out everywhere",
        end_logins_text: "{name} will be logged out everywhere.",
        logins_ended: "User logged out everywhere.",
        disable: "Disable account",
        disable_text: "{name} will be logged out everywhere and can’t log in until you enable the account again.",
        disabled: "Account disabled.",
        enable: "Enable account",
        enable_text: "{name} will be able to log in again.",
        enabled: "Account enabled.",
        reset: "Reset password",
        reset_text: "{name}’s password stops working at once, and we send a code for choosing a new one.",
        reset_done: "Password reset. A code is on its way.",
        remove_factor: "Remove two-step verification",
        remove_factor_text: "{name} will be able to log in with the password alone, until they set up two-step verification again.",
        factor_removed: "Two-step verification removed.",
        invite: "Send a new invitation",
        invite_text: "{name} will get a new invitation with a new temporary password.",
        invited: "Invitation sent.",
    }

    /// Logging out.
    logout: LogoutTexts {
        heading: "Log out?",
        intro: "You’ll need to log in again to come back.",
        submit: "Log out",
        stay: "Stay logged in",
    }

    /// What went wrong.
    errors: ErrorTexts {
        to_login: "Go to the login page",
        to_home: "Go to the home page",
        forbidden_heading: "You can’t see this page",
        forbidden_text: "You don’t have access to this page.",
        cross_site_heading: "This form came from another site",
        cross_site_text: "Nothing was changed. If you meant to do this, please try again from this site.",
        method_heading: "This page can’t be opened this way",
        method_text: "Please open this page from the site’s menu.",
        no_account_heading: "Nothing to change here",
        no_account_text: "Your account isn’t managed by this site’s login service.",
        too_long_heading: "That’s too long",
        too_long_text: "You’ve sent more than this form can take.",
        conflict_heading: "We can’t open your account",
        conflict_text: "Your e-mail address is already used by another account. Please contact the people who run this site.",
        too_many_heading: "Too many attempts",
        too_many_text: "Try again in {seconds} s.",
        unavailable_heading: "Please try again in a moment",
        unavailable_text: "We can’t reach our login service right now. Please try again.",
        internal_heading: "Something went wrong on our side",
        internal_text: "We’ve been notified and will look into it.",
        unreadable_heading: "We couldn’t read this form",
        unreadable_text: "Please go back and fill it in again.",
    }
}
